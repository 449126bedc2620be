// Counters of the kernel before and after: what moved is evidence, and what a cause must move and did not speaks against it.

import type { Ipv4 } from "../model/address.ts";
import type { Evidence } from "../model/evidence.ts";
import { weaker } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import { type CounterMark, marksOf } from "../model/marks.ts";
import type { SystemState } from "../model/system-state.ts";
import { text } from "../model/text.ts";
import { ownersOf } from "../system/lookup/owner.ts";
import type { Case } from "./case.ts";

/** A namespace, and an interface in it where one is meant. */
interface CountedPlace {
  readonly netns: string | null;
  readonly interface: string | null;
}

/** Where the packets of a flow were, besides where a cause is decided. */
export interface Ends {
  /** Where one ended by the walk; null where no walk tells. */
  readonly end: CountedPlace | null;
  /** The asker's namespace, where it is known. */
  readonly asker: string | null;
  readonly target: Ipv4;
}

/** Adds what moved to a hit's evidence; where a counter that always moves stood still, the hit is at most likely. */
export function withCounters(subject: Case, hit: CauseHit, ends: Ends): CauseHit {
  const added: Evidence[] = [];
  let certainty = hit.certainty;
  for (const mark of marksOf(subject.causes, hit.code)?.counters ?? []) {
    const place = placeOf(mark, subject.state, hit, ends);
    const before = readingOf(subject.state, mark, place);
    const after = readingOf(subject.stateAfter, mark, place);
    if (before === null || after === null || place.netns === null) continue;
    const counter = { netns: place.netns, name: mark.name, before, after };
    if (after > before) {
      const name = mark.of === "interface" ? `${place.interface} ${mark.name}` : mark.name;
      added.push({ basis: "kernel", text: text(`counted by the kernel: ${name}`, `内核计数：${name}`), counter });
    } else if (mark.always) {
      certainty = weaker(certainty, "likely");
      const said = text(`${mark.name} did not move, and it should have`, `${mark.name} 没有增加，本来应该增加`);
      added.push({ basis: "kernel", text: said, counter });
    }
  }
  if (added.length === 0) return hit;
  return { ...hit, certainty, evidence: [hit.evidence[0], ...hit.evidence.slice(1), ...added] };
}

function placeOf({ at }: CounterMark, state: SystemState | null, hit: CauseHit, ends: Ends): CountedPlace {
  if (at === undefined) return hit;
  if (at === "end") return ends.end ?? hit;
  if (at === "asker") return { netns: ends.asker, interface: hit.facts.outInterface ?? null };
  const [owner, ...others] = state === null ? [] : ownersOf(state, ends.target);
  return { netns: owner === undefined || others.length > 0 ? null : owner.netns, interface: null };
}

function readingOf(state: SystemState | null, mark: CounterMark, place: CountedPlace): number | null {
  const namespace = place.netns === null ? undefined : state?.namespaces.get(place.netns);
  if (mark.of === "namespace") return namespace?.counters?.get(mark.name) ?? null;
  // Listed only once it has counted something: rx_otherhost_dropped.
  const statistics = namespace?.links?.find((link) => link.name === place.interface)?.statistics;
  return statistics === undefined ? null : (statistics.get(mark.name) ?? 0);
}
