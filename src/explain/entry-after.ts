// What a neighbour entry has become: the state after shows whether it took what a packet told it.

import { formatIpv4, formatMac } from "../model/address.ts";
import { type Evidence, weaker } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import { marksOf } from "../model/marks.ts";
import { text } from "../model/text.ts";
import type { Case } from "./case.ts";

/** Adds the entry as it is after; one that says something else speaks against the story. */
export function withEntryAfter({ causes, stateAfter }: Pick<Case, "causes" | "stateAfter">, hit: CauseHit): CauseHit {
  const about = marksOf(causes, hit.code)?.entryOf;
  const address = about === undefined ? undefined : hit.facts[about];
  const netns = hit.netns;
  const entries = netns === null ? undefined : stateAfter?.namespaces.get(netns)?.neighbours;
  const entry = entries?.find((n) => n.interface === hit.interface && formatIpv4(n.address) === address);
  if (netns === null || !entry || entry.mac === null) return hit;
  const taken = formatMac(entry.mac) === hit.facts.mac;
  const evidence: Evidence = {
    basis: "state",
    text: text(`afterwards: ${entry.line}`, `之后：${entry.line}`),
    state: { netns, key: "neigh", line: entry.line },
  };
  return {
    ...hit,
    certainty: taken ? hit.certainty : weaker(hit.certainty, "possible"),
    evidence: [hit.evidence[0], ...hit.evidence.slice(1), evidence],
  };
}
