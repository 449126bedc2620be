// A ping whose own kernel got no answer to its ARP, where the routes that were shown say whom it asked: the gateway.

import { formatIpv4, type Ipv4 } from "../model/address.ts";
import type { Evidence, StateLine } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import type { Namespace, Neighbour } from "../model/system-state.ts";
import { text } from "../model/text.ts";
import { localOwner } from "../system/lookup/owner.ts";
import { linkOf } from "../system/lookup/peer.ts";
import { lookupRoute } from "../system/lookup/route.ts";

const SAYS_LITTLE = new Set(["arp-no-answer", "echo-no-reply"]);

/** The hit of what ping printed, told of the gateway where nothing else can have stayed silent; `ns` is the asker's. */
export function withSilentGateway(hit: CauseHit, flow: Flow, ns: Namespace | undefined): CauseHit {
  if (!SAYS_LITTLE.has(hit.code) || flow.kind !== "ping" || ns === undefined || hit.facts.basis !== "ping") return hit;
  const hop = nextHopOf(ns, flow);
  if (hop === null) return hit;
  const entry = ns.neighbours?.find(({ address, interface: name }) => address === hop.gateway && name === hop.device);
  const isUnresolved = entry !== undefined && isFailed(entry);
  if ((entry !== undefined && !isUnresolved) || (!isUnresolved && !saysSoItself(ns, flow))) return hit;
  const lines: StateLine[] = [
    { netns: ns.key, key: "route", line: hop.line },
    ...(entry === undefined ? [] : [{ netns: ns.key, key: "neigh", line: entry.line }]),
  ];
  const { alike: _, ...rest } = hit;
  return {
    ...rest,
    code: "gateway-arp-failed",
    certainty: "likely",
    netns: ns.key,
    interface: hop.device,
    facts: {
      basis: "ping",
      target: formatIpv4(flow.dst),
      gateway: formatIpv4(hop.gateway),
      outInterface: hop.device,
      route: hop.line,
    },
    evidence: [hit.evidence[0], ...hit.evidence.slice(1), ...lines.map(stateEvidence)],
  };
}

function stateEvidence(state: StateLine): Evidence {
  return { basis: "state", text: text(state.line, state.line), state };
}

function nextHopOf(ns: Namespace, { dst, src }: Flow): { gateway: Ipv4; device: string; line: string } | null {
  const found = lookupRoute(ns, { destination: dst, ...(src === null ? {} : { source: src }) });
  if (found.kind !== "route" || found.route.type !== "unicast" || found.paths.length > 1) return null;
  const { interface: device = null, gateway = null } = found.hop ?? {};
  if (device === null || gateway === null || localOwner(ns, gateway)) return null;
  // Without carrier nobody is asked; a tunnel asks nobody by ARP.
  const flags = linkOf(ns, device)?.flags;
  if (flags !== undefined && (!flags.has("LOWER_UP") || flags.has("NOARP"))) return null;
  return { gateway, device, line: found.route.line };
}

function isFailed({ states, mac }: Neighbour): boolean {
  return mac === null && (states.has("FAILED") || states.has("INCOMPLETE"));
}

// ICMP host unreachable from the asker's own address: arp_error_report.
function saysSoItself(ns: Namespace, { printed }: Flow): boolean {
  return (printed?.errors ?? []).some(
    ({ from, icmp, own }) =>
      icmp?.type === 3 &&
      icmp.code === 1 &&
      (own === true || (from !== null && (localOwner(ns, from) ?? null) !== null)),
  );
}
