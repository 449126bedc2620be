// Which fault is to blame: of those on the way, the first whose edit the repair needs; the others that it needs come next.

import type { Cause } from "../../model/cause.ts";
import type { CauseHit, Finding } from "../../model/finding.ts";
import type { SystemState } from "../../model/system-state.ts";
import type { Trace } from "../../model/trace.ts";
import { withoutInvented } from "../../predict/invented.ts";
import { renderedLines } from "../../system/rendered-lines.ts";
import { findingOf } from "../finding.ts";
import type { RepairsFound } from "./search.ts";

/** What the findings of a stopped walk come from. */
interface Stopped {
  readonly state: SystemState;
  readonly trace: Trace;
  readonly causes: readonly Cause[];
}

/** The findings, those first that the repair mends, in the order in which a packet meets them; none that it goes round. */
export function blamed(all: readonly Finding[], { repair, heals }: RepairsFound, stopped: Stopped): Finding[] {
  const findings = repair === null && !heals ? all : inTheWay(all, repair?.hits ?? []);
  const { disposition } = stopped.trace;
  const [first] = findings;
  // What a frame or the kernel itself decided stays where it is.
  if (repair === null || disposition.kind !== "stopped" || first?.code !== disposition.hit.code) return [...findings];
  const names = disposition.alsoAs ?? [];
  const stops = repair.hits.map((hit) => (names.some((other) => isSame(hit, other)) ? disposition.hit : hit));
  // The same fault at two hosts is two faults.
  const needed = stops.filter((hit, at, all) => all.findIndex((one) => isAlike(one, hit)) === at);
  const told = needed.flatMap((hit, at) => {
    const isFirst = needed.findIndex(({ code }) => code === hit.code) === at;
    const known = findings.find((one) => (isFirst ? one.code === hit.code : isAlike(one, hit)));
    return known ?? (heals ? [] : (toldOf(hit, stopped) ?? []));
  });
  // A way round something that is as it was meant to be (NAT) makes no fault of it.
  if (told.every(({ severity }) => severity === "note")) return [...findings];
  // Nor is what nothing has met yet the answer, where a repair goes round what stopped the packet.
  if (told[0]?.behind === true) return [...findings];
  const rest = findings.filter((one) => !told.some(({ code }) => code === one.code));
  return [...told, ...rest];
}

// What would come next by another repair does not by this one, after which the packet is answered.
function inTheWay(findings: readonly Finding[], mended: readonly CauseHit[]): Finding[] {
  return findings.filter((one) => one.behind !== true || mended.some((hit) => isAlike(hit, one)));
}

function isSame(a: CauseHit, b: CauseHit): boolean {
  return a.code === b.code && a.netns === b.netns && a.interface === b.interface;
}

function isAlike(a: Pick<CauseHit, "code" | "netns">, b: Pick<CauseHit, "code" | "netns">): boolean {
  return a.code === b.code && a.netns === b.netns;
}

// One that only showed behind the first is told for the first time; what the walk assumed meanwhile is no line of this
// state. What time alone mends is no fault of its own.
function toldOf(hit: CauseHit, { state, causes }: Stopped): Finding | null {
  return findingOf({ ...withoutInvented(hit, renderedLines(state)), behind: true }, causes, []);
}
