// Who owns an address: the kernel asks table local, not the state of the link.

import { type Ipv4, inPrefix, isMulticast, isZeroNet, LIMITED_BROADCAST } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Namespace, Route, SystemState } from "../../model/system-state.ts";
import { LinkIndex } from "./link-index.ts";
import { RouteIndex } from "./route-index.ts";
import { vrfTable } from "./vrf.ts";

/** An interface that holds an address, with the line that says so. */
export interface LocalOwner {
  readonly interface: string;
  readonly line: StateLine;
}

/** Whether the dump of routes holds table local at all: `ip route` without `table all` shows table main only. */
export function knowsLocalTable(ns: Namespace): boolean {
  if (ns.routes === undefined) return false;
  if (RouteIndex.of(ns.routes).hasLocal) return true;
  // Every IPv4 address has an entry there (fib_add_ifaddr), even on a link that is down.
  return ns.addresses !== undefined && ns.addresses.length === 0;
}

/**
 * The owner of an address in a namespace by the longest match in table local (inet_addr_type), or null where there is
 * none, or undefined where state does not tell. Without table local the configured addresses stand in for it.
 */
export function localOwner(ns: Namespace, address: Ipv4): LocalOwner | null | undefined {
  // __inet_dev_addr_type answers these before any table.
  if (isZeroNet(address) || isMulticast(address) || address === LIMITED_BROADCAST) return null;
  if (!knowsLocalTable(ns)) return ownerByAddress(ns, address);
  const best = localRoute(ns, address);
  const device = best?.hops[0]?.interface ?? null;
  if (best === null || best.type !== "local" || device === null) return null;
  return { interface: device, line: { netns: ns.key, key: "route", line: best.line } };
}

/**
 * What an address is to this host (inet_dev_addr_type): local, broadcast, multicast, unicast; undefined where state does
 * not tell. With a device, its own addresses alone count, and all others are unicast.
 */
export function addressType(ns: Namespace, address: Ipv4, device: string | null): string | undefined {
  if (isZeroNet(address) || address === LIMITED_BROADCAST) return "broadcast";
  if (isMulticast(address)) return "multicast";
  if (!knowsLocalTable(ns)) {
    const owner = ownerByAddress(ns, address);
    if (owner === undefined) return undefined;
    if (owner) return device === null || owner.interface === device ? "local" : "unicast";
    return ns.addresses?.some((own) => own.broadcast === address) ? "broadcast" : "unicast";
  }
  const route = localRoute(ns, address);
  if (route === null) return "unicast";
  return device === null || route.hops[0]?.interface === device ? route.type : "unicast";
}

function localRoute(ns: Namespace, address: Ipv4): Route | null {
  let best: Route | null = null;
  for (const route of RouteIndex.of(ns.routes ?? []).covering(address)) {
    if (!isLocalTable(ns, route)) continue;
    if (best === null || precedes(route, best)) best = route;
  }
  return best;
}

/** All owners of an address among the namespaces of the state; more than one is a duplicate address or another segment. */
export function ownersOf(state: SystemState, address: Ipv4): { netns: string; interface: string; line: StateLine }[] {
  const owners: { netns: string; interface: string; line: StateLine }[] = [];
  for (const ns of state.namespaces.values()) {
    const owner = localOwner(ns, address);
    if (owner) owners.push({ netns: ns.key, interface: owner.interface, line: owner.line });
  }
  return owners;
}

// A VRF keeps the local entries of its ports in its own table (l3mdev_fib_table).
function isLocalTable(ns: Namespace, route: Route): boolean {
  if (route.table === "local") return true;
  return LinkIndex.of(ns)
    .ofKind("vrf")
    .some((link) => vrfTable(link) === route.table);
}

function precedes(a: Route, b: Route): boolean {
  if (a.destination.length !== b.destination.length) return a.destination.length > b.destination.length;
  return a.metric !== b.metric ? a.metric < b.metric : a.order < b.order;
}

function ownerByAddress(ns: Namespace, address: Ipv4): LocalOwner | null | undefined {
  if (ns.addresses === undefined) return ownerByRoute(ns, address);
  const exact = ns.addresses.find((candidate) => candidate.local === address);
  if (exact) return { interface: exact.interface, line: { netns: ns.key, key: "addr", line: exact.line } };
  for (const candidate of ns.addresses) {
    const link = LinkIndex.of(ns).named(candidate.interface);
    const isLoopback = link?.isLoopback ?? candidate.interface === "lo";
    // fib_add_ifaddr: on a loopback device that is up, the whole prefix of the address is local, its broadcast is not.
    if (!isLoopback || (link && !link.flags.has("UP")) || candidate.prefixLength === 32) continue;
    const prefix = { address: candidate.local, length: candidate.prefixLength };
    if (!inPrefix(address, prefix) || address === lastOf(candidate.local, candidate.prefixLength)) continue;
    return { interface: candidate.interface, line: { netns: ns.key, key: "addr", line: candidate.line } };
  }
  return null;
}

// fib_add_ifaddr: `proto kernel … src A` exists only because A is an address of that interface. What else is, nobody showed.
function ownerByRoute(ns: Namespace, address: Ipv4): LocalOwner | undefined {
  const route = ns.routes?.find(
    ({ protocol, preferredSource }) => protocol === "kernel" && preferredSource === address,
  );
  const device = route?.hops[0]?.interface;
  return route && device ? { interface: device, line: { netns: ns.key, key: "route", line: route.line } } : undefined;
}

function lastOf(address: Ipv4, length: number): Ipv4 {
  const hostMask = length === 0 ? 0xffffffff : 2 ** (32 - length) - 1;
  return ((address | hostMask) >>> 0) as Ipv4;
}
