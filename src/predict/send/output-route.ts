// ip_route_output_key_hash_rcu: which way a packet made on this host takes, which source it carries, or why there is no way.

import { type Ipv4, isLoopback, isMulticast, LIMITED_BROADCAST } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Link, Namespace, RouteHop } from "../../model/system-state.ts";
import { localOwner } from "../../system/lookup/owner.ts";
import { linkLine } from "../lines.ts";
import { deviceOf, type Found, findRoute } from "../lookup.ts";
import { setting } from "../sysctls.ts";
import type { Walk } from "../walk.ts";
import { chooseDefault } from "./default-routes.ts";
import { choosePath } from "./multipath.ts";
import { SCOPE_LINK, scopeNumber, selectAddress } from "./source.ts";
import type { OutputFailure, OutputKey, OutputRoute, OutputUnknown } from "./way.ts";

type OutputAnswer = OutputRoute | OutputFailure | OutputUnknown;

/** The route of a packet made here. */
export function routeOutput(walk: Walk, ns: Namespace, key: OutputKey): OutputAnswer {
  const refused = beforeLookup(ns, key);
  if (refused) return refused;
  if (key.destination === LIMITED_BROADCAST || isMulticast(key.destination)) return groupRoute(ns, key);
  const found = findRoute(ns, key);
  if (found.kind === "unknown") return found;
  if (found.kind !== "route") {
    if (key.oif !== null) return assumeOnLink(walk, ns, { ...key, oif: key.oif }, found.lines);
    if (found.kind === "reject") return { kind: "failure", errno: found.errno, why: found.by, lines: found.lines };
    return { kind: "failure", errno: "ENETUNREACH", why: "no-route", lines: found.lines };
  }
  const hop = hopOf(walk, ns, key, found);
  if (found.route.type === "local") return localRoute(ns, key, found, hop);
  return linkRoute(walk, ns, key, found, hop);
}

// ip_route_output_key_hash_rcu: the source must be an own address, the device there, up and with IPv4 on it.
function beforeLookup(ns: Namespace, { source, oif, anySource }: OutputKey): OutputFailure | OutputUnknown | null {
  if (source !== null && anySource === undefined) {
    const owner = localOwner(ns, source);
    if (owner === undefined) return { kind: "unknown", missing: ["route"] };
    if (owner === null) return { kind: "failure", errno: "ENETUNREACH", why: "source-not-local", lines: [] };
  }
  const link = oif === null ? undefined : deviceOf(ns, oif);
  if (link === null) return { kind: "failure", errno: "ENODEV", why: "no-interface", lines: [] };
  if (link === undefined) return null;
  const lines = [linkLine(ns.key, link)];
  if (!link.flags.has("UP")) return { kind: "failure", errno: "ENETUNREACH", why: "interface-down", lines };
  return isWithoutIpv4(link) ? { kind: "failure", errno: "ENETUNREACH", why: "mtu-below-68", lines } : null;
}

type Routed = Extract<Found, { kind: "route" }>;

// What every way with a route has.
function common({ destination }: OutputKey, { paths, route, rule, lines }: Routed) {
  return { kind: "output", destination, paths, route, rule, lines, assumedOnLink: false } as const;
}

function localRoute(ns: Namespace, key: OutputKey, found: Routed, hop: RouteHop | null): OutputAnswer {
  const lo = deviceOf(ns, "lo");
  // __mkroute_output: no in_device on lo, no way to it.
  if (lo && isWithoutIpv4(lo))
    return { kind: "failure", errno: "EINVAL", why: "mtu-below-68", lines: [linkLine(ns.key, lo), ...found.lines] };
  return {
    ...common(key, found),
    device: "lo",
    type: "local",
    source: key.source ?? found.route.preferredSource ?? key.destination,
    gateway: null,
    nextHop: key.destination,
    learned: null,
    mtu: mtuOf(ns, "lo"),
    owner: hop?.interface ?? null,
  };
}

function linkRoute(walk: Walk, ns: Namespace, key: OutputKey, found: Routed, hop: RouteHop | null): OutputAnswer {
  const { route } = found;
  const device = hop?.interface ?? null;
  if (device === null) return { kind: "unknown", missing: ["nexthop"] };
  if (route.unread !== undefined) return { kind: "unknown", missing: [`route ${route.unread}`] };
  const gateway = hop?.gateway ?? null;
  let source = key.source ?? route.preferredSource;
  if (source === null) {
    const chosen = selectAddress(ns, device, gateway, scopeNumber(route.scope), hostIsLink(walk, ns, device));
    if (chosen === undefined) return { kind: "unknown", missing: ["addr"] };
    source = chosen?.local ?? (0 as Ipv4);
  }
  const bad = refuseLoopbackSource(walk, ns, device, source);
  if (bad) return bad;
  // find_exception: what was learned belongs to one destination behind one next hop.
  const learned =
    ns.learnedMtus?.find(
      (one) => one.destination === key.destination && one.interface === device && one.gateway === gateway,
    ) ?? null;
  return {
    ...common(key, found),
    device,
    type: route.type === "broadcast" ? "broadcast" : "unicast",
    source,
    gateway,
    ...(hop?.gateway6 === undefined ? {} : { gateway6: hop.gateway6 }),
    nextHop: gateway ?? key.destination,
    learned,
    mtu: learned?.mtu ?? route.mtu ?? mtuOf(ns, device),
    owner: null,
  };
}

// fib_select_path: a socket bound to an interface takes its first hop there, everything else is balanced.
function hopOf(walk: Walk, ns: Namespace, key: OutputKey, found: Routed): RouteHop | null {
  const { route, paths, hop } = found;
  if (paths.length < 2) return key.oif === null ? chooseDefault(walk, ns, found, key.destination) : hop;
  const { destination, error = false, flow, bySource = false } = key;
  // ping's socket has no source when it looks up; what its probe learns changes nothing. One that connects looks up again.
  const source = flow || bySource ? key.source : null;
  return choosePath(walk, ns, { route, paths, source, destination, error });
}

// "Apparently, routing tables are wrong. Assume, that the destination is on link." (also after a reject route)
function assumeOnLink(
  walk: Walk,
  ns: Namespace,
  key: OutputKey & { readonly oif: string },
  lines: readonly StateLine[],
): OutputAnswer {
  const { oif: device } = key;
  const chosen = key.source ?? selectAddress(ns, device, null, SCOPE_LINK, hostIsLink(walk, ns, device));
  if (chosen === undefined) return { kind: "unknown", missing: ["addr"] };
  const source = chosen === null ? (0 as Ipv4) : typeof chosen === "number" ? chosen : chosen.local;
  const bad = refuseLoopbackSource(walk, ns, device, source);
  if (bad) return bad;
  const way = { ...unrouted(ns, key, device), source, assumedOnLink: true, lines };
  // rt_dst_alloc: what goes out of lo is delivered here, whatever its address (RTCF_LOCAL).
  return { ...way, type: device === "lo" ? "local" : "unicast" };
}

// 255.255.255.255 and groups: with a bound interface, or a bound address, no lookup is made.
function groupRoute(ns: Namespace, key: OutputKey): OutputAnswer {
  let device = key.oif;
  let lines: readonly StateLine[] = [];
  // "Special hack: user can direct multicasts and limited broadcast via necessary interface" by the source that is bound.
  if (device === null && key.source !== null) device = localOwner(ns, key.source)?.interface ?? null;
  if (device === null) {
    const found = findRoute(ns, key);
    if (found.kind === "unknown") return found;
    if (found.kind === "reject") return { kind: "failure", errno: found.errno, why: found.by, lines: found.lines };
    if (found.kind === "none") return { kind: "failure", errno: "ENETUNREACH", why: "no-route", lines: found.lines };
    device = found.hop?.interface ?? null;
    lines = found.lines;
    if (device === null) return { kind: "unknown", missing: ["nexthop"] };
  }
  const chosen = key.source ?? selectAddress(ns, device, null, SCOPE_LINK)?.local ?? (0 as Ipv4);
  const type = isMulticast(key.destination) ? "multicast" : "broadcast";
  return { ...unrouted(ns, key, device), type, source: chosen, assumedOnLink: false, lines };
}

// What a way has that no route was found for.
function unrouted(ns: Namespace, { destination }: OutputKey, device: string) {
  return {
    kind: "output",
    device,
    destination,
    gateway: null,
    nextHop: destination,
    paths: [],
    learned: null,
    mtu: mtuOf(ns, device),
    owner: null,
    route: null,
    rule: null,
  } as const;
}

// __mkroute_output: a 127.x source may not leave by a real interface.
function refuseLoopbackSource(walk: Walk, ns: Namespace, device: string, source: Ipv4): OutputFailure | null {
  if (!isLoopback(source) || device === "lo") return null;
  const allowed = setting(walk, ns, "route_localnet", device, 0);
  if (allowed.value) return null;
  return { kind: "failure", errno: "EINVAL", why: "loopback-source", lines: allowed.lines };
}

function hostIsLink(walk: Walk, ns: Namespace, device: string): boolean {
  return setting(walk, ns, "route_localnet", device, 0).value !== 0;
}

// RFC 791: every internet module must be able to forward 68 bytes.
const LEAST_MTU = 68;

/** inetdev_valid_mtu: a smaller MTU takes IPv4 off the interface, its addresses and routes with it. */
export function isWithoutIpv4({ mtu }: Link): boolean {
  return mtu !== null && mtu < LEAST_MTU;
}

/** MTU of an interface; null is not known. */
export function mtuOf(ns: Namespace, interfaceName: string): number | null {
  return deviceOf(ns, interfaceName)?.mtu ?? null;
}
