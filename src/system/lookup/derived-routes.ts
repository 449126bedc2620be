// Routes the kernel makes by itself for an address, for state that shows addresses but not (all) tables.

import type { Ipv4, Prefix } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { InterfaceAddress, Namespace, Route, RouteType } from "../../model/system-state.ts";
import { LinkIndex } from "./link-index.ts";
import { knowsLocalTable } from "./owner.ts";

/** Flag of a route that stands for an address; its `line` is the address's. */
const DERIVED = "derived from an address";

/** The line that a person would read of it: that of its address, where it was derived from one. */
export function quotedRoute(netns: string, { flags, line }: Route): StateLine {
  return { netns, key: flags.has(DERIVED) ? "addr" : "route", line };
}

/** The routes of a namespace as far as they are known, and what they were completed from. */
export interface KnownRoutes {
  readonly routes: readonly Route[];
  /** Parts of state that were absent: a miss in such tables proves nothing ("route"), or ownership is a guess ("addr"). */
  readonly absent: readonly ("route" | "addr")[];
}

const kept = new WeakMap<Namespace, KnownRoutes>();

/** All tables of a namespace; local and connected routes are derived from the addresses where no dump holds them. */
export function knownRoutes(ns: Namespace): KnownRoutes {
  const known = kept.get(ns) ?? completed(ns);
  kept.set(ns, known);
  return known;
}

function completed(ns: Namespace): KnownRoutes {
  if (ns.routes === undefined) {
    if (ns.addresses === undefined) return { routes: [], absent: ["route", "addr"] };
    return {
      routes: ns.addresses.flatMap((address) => [...localRoutes(ns, address), ...connected(ns, address)]),
      absent: ["route"],
    };
  }
  if (knowsLocalTable(ns)) return { routes: ns.routes, absent: [] };
  if (ns.addresses !== undefined) {
    return { routes: [...ns.addresses.flatMap((address) => localRoutes(ns, address)), ...ns.routes], absent: [] };
  }
  return { routes: [...ns.routes.flatMap(ownAddressOf), ...ns.routes], absent: ["addr"] };
}

// fib_add_ifaddr: a local /32 always; on loopback the whole prefix is local; a broadcast route below /31 on a link that is up.
function localRoutes(ns: Namespace, address: InterfaceAddress): Route[] {
  const routes = [make("local", { address: address.local, length: 32 }, address, "local", "host")];
  if (!isUp(ns, address.interface)) return routes;
  const prefix = prefixOf(address);
  if (isLoopbackDevice(ns, address.interface) && prefix.length < 32) {
    routes.push(make("local", prefix, address, "local", "host"));
  }
  if (prefix.length < 31) {
    const last = ((prefix.address | hostMask(prefix.length)) >>> 0) as Ipv4;
    routes.push(make("broadcast", { address: last, length: 32 }, address, "local", "link"));
  }
  return routes;
}

function connected(ns: Namespace, address: InterfaceAddress): Route[] {
  const prefix = prefixOf(address);
  const host = prefix.length === 32 && prefix.address === address.local;
  if (host || address.noprefixroute || isLoopbackDevice(ns, address.interface) || !isUp(ns, address.interface))
    return [];
  return [make("unicast", prefix, address, "main", "link")];
}

// `proto kernel scope link src A` exists only because A is an address of that interface.
function ownAddressOf(route: Route): Route[] {
  const device = route.hops[0]?.interface;
  if (route.protocol !== "kernel" || route.preferredSource === null || !device) return [];
  return [{ ...route, type: "local", table: "local", destination: { address: route.preferredSource, length: 32 } }];
}

function make(type: RouteType, destination: Prefix, address: InterfaceAddress, table: string, scope: string): Route {
  return {
    type,
    destination,
    table,
    tos: 0,
    metric: 0,
    preferredSource: address.local,
    scope,
    protocol: "kernel",
    mtu: null,
    hopLimit: null,
    flags: new Set([DERIVED]),
    nexthopId: null,
    hops: [{ interface: address.interface, gateway: null, weight: 1, onlink: false, dead: false, linkdown: false }],
    order: 0,
    // Nobody printed this route: what can be quoted is the address that makes it.
    line: address.line,
  };
}

function prefixOf(address: InterfaceAddress): Prefix {
  // With a peer the connected route leads to the peer's prefix (ifa_address), not to the own one's.
  const base = address.peer ?? address.local;
  return { address: ((base & ~hostMask(address.prefixLength)) >>> 0) as Ipv4, length: address.prefixLength };
}

function hostMask(length: number): number {
  return length === 0 ? 0xffffffff : 2 ** (32 - length) - 1;
}

function isUp(ns: Namespace, name: string): boolean {
  return LinkIndex.of(ns).named(name)?.flags.has("UP") ?? true;
}

function isLoopbackDevice(ns: Namespace, name: string): boolean {
  return LinkIndex.of(ns).named(name)?.isLoopback ?? name === "lo";
}
