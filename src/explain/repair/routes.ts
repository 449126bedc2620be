// The ways that a state's wires offer: routes by which a host could reach an address, over hosts that stand beside it.

import { formatIpv4, formatPrefix, type Ipv4, inPrefix, type Prefix } from "../../model/address.ts";
import type { RouteEdit } from "../../model/edit.ts";
import type { InterfaceAddress, Namespace, SystemState } from "../../model/system-state.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { RouteIndex } from "../../system/lookup/route-index.ts";
import { mayForward } from "../../system/lookup/router.ts";
import { isHostsEnd, segmentFrom } from "../../system/lookup/segment.ts";

/** A host beside another one, with the address it has on their common link. */
interface Beside {
  readonly netns: string;
  readonly address: InterfaceAddress;
  readonly device: string;
  /** On the link, and not in a subnet of this host there: a route must say so. */
  readonly isOff: boolean;
}

/** How far a way may lead. */
const MOST_HOSTS = 6;

/** Routes to an address that this host could have, nearest router first: for the target's whole subnet, then for it alone. */
export function routesTo(state: SystemState, from: string, target: Ipv4, table: string | undefined): RouteEdit[] {
  const ns = state.namespaces.get(from);
  const owners = new Set(ownersOf(state, target).map(({ netns }) => netns));
  if (ns === undefined || owners.size === 0 || owners.has(from)) return [];
  const ways = besides(state, ns)
    .map((beside) => ({ beside, hosts: hostsTo(state, beside.netns, from, owners) }))
    .filter(({ beside, hosts }) => hosts !== null && (hosts === 0 ? !beside.isOff : forwards(state, beside.netns)))
    .sort((a, b) => Number(a.beside.isOff) - Number(b.beside.isOff) || (a.hosts as number) - (b.hosts as number));
  const prefixes = prefixesOf(state, ns, target);
  const seen = new Set<string>();
  return ways.flatMap(({ beside, hosts }) =>
    prefixes.flatMap((prefix): RouteEdit[] => {
      const onLink = hosts === 0 && beside.address.local === target;
      const via = formatIpv4(beside.address.local);
      const destination = onLink ? `${via}/32` : formatPrefix(prefix);
      if (isHeld(ns, beside, onLink ? { address: target, length: 32 } : prefix, table)) return [];
      const key = `${destination} ${via} ${beside.device}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [
        {
          kind: "route",
          netns: from,
          verb: isThere(ns, onLink ? { address: target, length: 32 } : prefix, table) ? "replace" : "add",
          destination,
          ...(onLink ? {} : { via }),
          device: beside.device,
          ...(beside.isOff ? { onlink: true as const } : {}),
          ...(table === undefined ? {} : { table }),
        },
      ];
    }),
  );
}

// fib_table_insert: a route of the same prefix and metric is replaced, or it is refused.
function isThere(ns: Namespace, prefix: Prefix, table = "main"): boolean {
  return RouteIndex.of(ns.routes ?? [])
    .covering(prefix.address)
    .some(
      (route) =>
        route.table === table &&
        route.metric === 0 &&
        route.tos === 0 &&
        formatPrefix(route.destination) === formatPrefix(prefix),
    );
}

// The same route again is refused, and would change nothing.
function isHeld(ns: Namespace, { address, device }: Beside, prefix: Prefix, table = "main"): boolean {
  return RouteIndex.of(ns.routes ?? [])
    .covering(prefix.address)
    .some(
      (route) =>
        route.table === table &&
        formatPrefix(route.destination) === formatPrefix(prefix) &&
        route.hops.length === 1 &&
        route.hops.some((hop) => hop.gateway === address.local && hop.interface === device),
    );
}

/** Of several routes to one prefix the one that is used: without it the next one is. */
export function routeInFront(state: SystemState, from: string, target: Ipv4): RouteEdit[] {
  const routes = RouteIndex.of(state.namespaces.get(from)?.routes ?? [])
    .covering(target)
    .filter(({ table, type, hops }) => table === "main" && type === "unicast" && hops.length === 1);
  const longest = Math.max(...routes.map(({ destination }) => destination.length));
  const [first, second] = routes
    .filter(({ destination }) => destination.length === longest)
    .sort((a, b) => a.metric - b.metric || a.order - b.order);
  const hop = first?.hops[0];
  if (first === undefined || second === undefined || hop === undefined || hop.interface === null) return [];
  return [
    {
      kind: "route",
      netns: from,
      verb: "del",
      destination: first.destination.length === 0 ? "default" : formatPrefix(first.destination),
      ...(hop.gateway === null ? {} : { via: formatIpv4(hop.gateway) }),
      device: hop.interface,
      ...(first.metric === 0 ? {} : { metric: first.metric }),
    },
  ];
}

// The subnet as its owner has it, unless this host itself stands in it.
function prefixesOf(state: SystemState, ns: Namespace, target: Ipv4): Prefix[] {
  const alone: Prefix = { address: target, length: 32 };
  const held = [...state.namespaces.values()]
    .flatMap(({ addresses }) => addresses ?? [])
    .find(({ local, prefixLength }) => local === target && prefixLength > 0 && prefixLength < 32);
  if (held === undefined) return [alone];
  const mask = (0xffffffff << (32 - held.prefixLength)) >>> 0;
  const subnet: Prefix = { address: ((target & mask) >>> 0) as Ipv4, length: held.prefixLength };
  return (ns.addresses ?? []).some(({ local }) => inPrefix(local, subnet)) ? [alone] : [subnet, alone];
}

function besides(state: SystemState, ns: Namespace): Beside[] {
  return (ns.addresses ?? []).flatMap((own) => {
    const subnet = { address: own.local, length: own.prefixLength };
    return segmentFrom(state, { netns: ns.key, interface: own.interface })
      .filter((place) => place.netns !== ns.key && isHostsEnd(state, place))
      .flatMap((place) =>
        (state.namespaces.get(place.netns)?.addresses ?? []).flatMap((address): Beside[] => {
          if (address.interface !== place.interface) return [];
          const isOff = !inPrefix(address.local, subnet);
          return [{ netns: place.netns, address, device: own.interface, isOff }];
        }),
      );
  });
}

function forwards({ namespaces }: SystemState, netns: string): boolean {
  const ns = namespaces.get(netns);
  return ns !== undefined && mayForward(ns);
}

// How many hosts lie between: 0 where the host itself owns it; null where none of them is joined to an owner.
function hostsTo(state: SystemState, start: string, from: string, owners: ReadonlySet<string>): number | null {
  const seen = new Set([from, start]);
  let ring = [start];
  for (let hosts = 0; hosts < MOST_HOSTS && ring.length > 0; hosts++) {
    if (ring.some((netns) => owners.has(netns))) return hosts;
    ring = ring.flatMap((netns) => {
      const ns = forwards(state, netns) ? state.namespaces.get(netns) : undefined;
      const next = ns === undefined ? [] : besides(state, ns).flatMap((one) => (one.isOff ? [] : one.netns));
      return [...new Set(next)].filter((one) => !seen.has(one) && seen.add(one));
    });
  }
  return null;
}
