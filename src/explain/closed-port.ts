// "Nothing listens there" beside the rules of the host that said so: one that rejects gives the very same answer.

import type { CauseHit } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import { ownersOf } from "../system/lookup/owner.ts";

/** The hit, less sure where the state shows a rule that rejects on the host that answered. */
export function withRejectRules(hit: CauseHit, flow: Flow, state: SystemState | null): CauseHit {
  if (hit.code !== "nothing-listens" || state === null) return hit;
  const hosts = ownersOf(state, flow.dst).flatMap(({ netns }) => state.namespaces.get(netns) ?? []);
  return hosts.some(rejects) ? { ...hit, certainty: "possible" } : hit;
}

function rejects({ nft, iptables }: Namespace): boolean {
  const inTables = [iptables?.nft, iptables?.legacy].some((listed) => /-j REJECT\b/.test(listed ?? ""));
  return inTables || (nft?.chains ?? []).some(({ rules }) => rules.some((rule) => /\breject\b/.test(rule.line)));
}
