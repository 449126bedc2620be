// fib_select_default: of default routes of one metric, the first whose gateway does not look dead.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { Namespace, RouteHop } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import type { Found } from "../lookup.ts";
import type { Walk } from "../walk.ts";

type Routed = Extract<Found, { kind: "route" }>;

/** The hop of the default route that this walk takes; the route's own where there is but one. */
export function chooseDefault(
  walk: Walk,
  ns: Namespace,
  { route, hop, candidates }: Routed,
  destination: Ipv4,
): RouteHop | null {
  if (candidates.length < 2 || hop?.gateway == null) return hop;
  const ways = waysOf(ns, candidates);
  const question = {
    text: whichDefault(destination),
    missing: [],
    state: [{ netns: ns.key, key: "route", line: route.line }],
  };
  return ways[walk.choose(`default ${ns.key} ${route.line}`, ways.length, question)] as RouteHop;
}

// fib_detect_death: a gateway that is being asked for, or did not answer, is passed over; one that has not been asked
// yet is taken until it proves dead; of one that was not confirmed lately it depends on the choice before.
function waysOf(ns: Namespace, candidates: readonly RouteHop[]): RouteHop[] {
  const ways: RouteHop[] = [];
  for (const hop of candidates) {
    const entry = ns.neighbours?.find((n) => n.interface === hop.interface && n.address === hop.gateway);
    if (entry?.states.has("FAILED") || entry?.states.has("INCOMPLETE")) continue;
    ways.push(hop);
    if (entry?.states.has("REACHABLE")) break;
  }
  return ways.length > 0 ? ways : [...candidates];
}

function whichDefault(destination: Ipv4): Text {
  const to = formatIpv4(destination);
  return text(
    `which of the default routes of one metric does a packet to ${to} take? The kernel moves on where a gateway does not answer ARP, and the ways end differently.`,
    `有几条度量值（metric）相同的默认路由，发往 ${to} 的包走哪一条？网关不应答 ARP 时内核会换下一条，而各条路的结果不同。`,
  );
}
