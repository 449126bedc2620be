// fib_select_multipath: of a route's several next hops a hash of the addresses takes one; state does not tell which, so
// that each is walked, and what was seen decides.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { CauseHit } from "../../model/finding.ts";
import { validState } from "../../model/neighbour-state.ts";
import type { Namespace, Route, RouteHop } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import { makeHit, stateOf } from "../hits.ts";
import { routeLine } from "../lines.ts";
import { namespaceSetting } from "../sysctls.ts";
import type { Walk } from "../walk.ts";
import * as words from "../words.ts";
import type { DeadPath, OutputRoute } from "./way.ts";

/** A route with several next hops, and what the hash is made of. */
export interface Fan {
  readonly route: Route;
  readonly paths: readonly RouteHop[];
  readonly source: Ipv4 | null;
  readonly destination: Ipv4;
  /** An ICMP error is hashed by the packet that it quotes. */
  readonly error: boolean;
}

/** The next hop that this walk follows. */
export function choosePath(walk: Walk, ns: Namespace, fan: Fan): RouteHop {
  const usable = usablePaths(walk, ns, fan);
  const key = `${ns.key} ${fan.error} ${fan.source} ${fan.destination} ${fan.route.line}`;
  return usable[walk.choose(key, usable.length, { text: whichPath(fan), missing: [], state: [] })] as RouteHop;
}

function whichPath({ route, destination }: Fan): Text {
  const to = formatIpv4(destination);
  return text(
    `which next hop of “${route.line}” does a packet to ${to} take? A hash of the addresses decides, which the state does not show, and the ways end differently.`,
    `发往 ${to} 的包走“${route.line}”的哪个下一跳？由地址的哈希值决定，状态里看不出来，而各条路的结果不同。`,
  );
}

// fib_good_nh: only with fib_multipath_use_neigh, but nexthop groups always, pass over a neighbour that is known to be dead.
function usablePaths(walk: Walk, ns: Namespace, { route, paths }: Fan): readonly RouteHop[] {
  const asks =
    route.nexthopId !== null || namespaceSetting(walk, ns, "net.ipv4.fib_multipath_use_neigh", 0).value !== 0;
  if (!asks) return paths;
  const good = paths.filter((hop) => {
    if (hop.gateway === null) return true;
    const entry = ns.neighbours?.find((n) => n.interface === hop.interface && n.address === hop.gateway);
    return entry === undefined || validState(entry.states) !== null;
  });
  return good.length > 0 ? good : paths.slice(0, 1);
}

/** `via 10.0.1.254 dev veth0`. */
function pathWords(gateway: Ipv4 | null, device: string): string {
  return gateway === null ? `dev ${device}` : `via ${formatIpv4(gateway)} dev ${device}`;
}

/** Which of a route's next hops this walk takes. */
export function chosenPathWords({ gateway, device, paths }: OutputRoute): Text {
  const taken = pathWords(gateway, device);
  return text(
    `this route has ${paths.length} next hops, and a hash of the addresses takes one of them for good: here the one ${taken}`,
    `这条路由有 ${paths.length} 个下一跳，内核按地址的哈希值固定选用其中一个：这里走 ${taken}`,
  );
}

/** The cause where one next hop is dead and another is not. */
export function deadPathHit(walk: Walk, { netns, route, own }: DeadPath, mechanism: CauseHit): CauseHit {
  const ns = walk.namespace(netns);
  const dead = pathWords(route.gateway, route.device);
  const host = words.hostName(netns);
  return makeHit({
    code: "multipath-dead-nexthop",
    netns,
    interface: route.device,
    facts: {
      target: formatIpv4(walk.attempt.destination),
      outInterface: route.device,
      value: String(route.paths.length),
      ...(route.gateway === null ? {} : { gateway: formatIpv4(route.gateway) }),
      ...(route.route === null ? {} : { route: route.route.line }),
      ...(own ? { asker: netns } : { router: netns }),
    },
    lines: [
      ...(route.route === null || ns === undefined ? [] : [routeLine(netns, route.route)]),
      ...stateOf(mechanism),
    ],
    because: text(
      `${host.en} gets no answer from the next hop ${dead}, and at least one other next hop of this route is not dead`,
      `${host.zh}得不到下一跳 ${dead} 的应答，而这条路由至少还有一个下一跳不是这样`,
    ),
    ruledOut: [
      {
        code: "gateway-arp-failed",
        because: text("another next hop of the same route answers", "同一条路由的另一个下一跳有应答"),
      },
    ],
  });
}
