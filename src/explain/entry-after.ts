// What a neighbour entry has become: the state after shows whether it took what a packet told it.

import { formatIpv4, formatMac } from "../model/address.ts";
import { type Evidence, weaker } from "../model/evidence.ts";
import type { CauseHit, Facts } from "../model/finding.ts";
import type { SystemState } from "../model/system-state.ts";
import { text } from "../model/text.ts";

// By code: whose entry it is about.
const ABOUT: Readonly<Record<string, (facts: Facts) => string | undefined>> = {
  "arp-suppressed-entry-update": (facts) => facts.source,
  "gratuitous-arp-updates": (facts) => facts.target,
};

/** Adds the entry as it is after; one that says something else speaks against the story. */
export function withEntryAfter(hit: CauseHit, after: SystemState | null): CauseHit {
  const address = ABOUT[hit.code]?.(hit.facts);
  const netns = hit.netns;
  const entries = netns === null ? undefined : after?.namespaces.get(netns)?.neighbours;
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
