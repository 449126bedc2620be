// "Required key not available" beside a listing that gives the address to a peer: the running interface is set up otherwise.

import { inPrefix } from "../model/address.ts";
import type { CauseHit } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import type { SystemState } from "../model/system-state.ts";
import { text } from "../model/text.ts";

/** The hit, with the peer that was shown to have the address; wg_xmit found none. */
export function withListedPeer(hit: CauseHit, { dst, netns }: Flow, state: SystemState | null): CauseHit {
  if (hit.code !== "wireguard-allowed-ips" || hit.facts.state !== undefined) return hit;
  const host = state?.namespaces.get(netns ?? "");
  const peer = host?.peers?.find(({ allowed }) => allowed.some((prefix) => inPrefix(dst, prefix)));
  if (host === undefined || peer === undefined) return hit;
  const line = { netns: host.key, key: "wireguard", line: peer.line };
  return {
    ...hit,
    facts: { ...hit.facts, state: "listed", outInterface: peer.interface, allowed: peer.listed.join(",") },
    evidence: [
      ...hit.evidence,
      { basis: "state", text: text("what was shown of its peers", "给出的对等端配置"), state: line },
    ],
  };
}
