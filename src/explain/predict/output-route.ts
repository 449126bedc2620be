// ip_route_output_key_hash_rcu: which way a packet made on this host takes, which source it carries, or why there is no way.

import { type Ipv4, isLoopback, isMulticast, LIMITED_BROADCAST } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { LearnedMtu, Link, Namespace, Route, RouteHop, Rule } from "../../model/system-state.ts";
import { localOwner } from "../../system/lookup/owner.ts";
import { linkLine } from "./lines.ts";
import { deviceOf, type Errno, type Found, findRoute } from "./lookup.ts";
import { choosePath } from "./multipath.ts";
import { SCOPE_LINK, scopeNumber, selectAddress } from "./source.ts";
import { setting } from "./sysctls.ts";
import type { Walk } from "./walk.ts";

export interface OutputRoute {
  readonly kind: "output";
  readonly device: string;
  readonly type: "unicast" | "local" | "broadcast" | "multicast";
  readonly destination: Ipv4;
  readonly source: Ipv4;
  readonly gateway: Ipv4 | null;
  /** The gateway, or the destination itself. */
  readonly nextHop: Ipv4;
  /** The route's next hops that a hash chooses from; more than one is multipath. */
  readonly paths: readonly RouteHop[];
  /** Route MTU where set, else the device's; null is not known. */
  readonly mtu: number | null;
  /** A path MTU that a router on the way has told of; it stands for the route's. */
  readonly learned: LearnedMtu | null;
  /** rt_iif: for a packet that loops over lo, the interface that owns its destination. */
  readonly owner: string | null;
  /** No route, but the socket is bound to an interface: the kernel assumes the destination on its link. */
  readonly assumedOnLink: boolean;
  readonly route: Route | null;
  readonly rule: Rule | null;
  readonly lines: readonly StateLine[];
}
export interface OutputFailure {
  readonly kind: "failure";
  readonly errno: Errno | "ENODEV";
  readonly why:
    | "no-route"
    | "route"
    | "rule"
    | "interface-down"
    | "mtu-below-68"
    | "no-interface"
    | "source-not-local"
    | "loopback-source"
    | "zero-destination";
  readonly lines: readonly StateLine[];
}
export interface OutputUnknown {
  readonly kind: "unknown";
  readonly missing: readonly string[];
}
export interface OutputKey {
  readonly destination: Ipv4;
  readonly source: Ipv4 | null;
  readonly oif: string | null;
  readonly mark: number;
  /** For an ICMP error: multipath chooses by the packet that it quotes. */
  readonly error?: boolean;
}

/** The route of a packet made here. */
export function routeOutput(walk: Walk, ns: Namespace, key: OutputKey): OutputRoute | OutputFailure | OutputUnknown {
  if (key.source !== null) {
    const owner = localOwner(ns, key.source);
    if (owner === undefined) return { kind: "unknown", missing: ["route"] };
    if (owner === null) return { kind: "failure", errno: "ENETUNREACH", why: "source-not-local", lines: [] };
  }
  if (key.oif !== null) {
    const link = deviceOf(ns, key.oif);
    if (link === null) return { kind: "failure", errno: "ENODEV", why: "no-interface", lines: [] };
    if (link && !link.flags.has("UP"))
      return { kind: "failure", errno: "ENETUNREACH", why: "interface-down", lines: [linkLine(ns.key, link)] };
    if (link && isWithoutIpv4(link))
      return { kind: "failure", errno: "ENETUNREACH", why: "mtu-below-68", lines: [linkLine(ns.key, link)] };
  }
  if (key.destination === LIMITED_BROADCAST || isMulticast(key.destination)) return groupRoute(ns, key);
  const found = findRoute(ns, key);
  if (found.kind === "unknown") return found;
  if (found.kind !== "route") {
    if (key.oif !== null) return assumeOnLink(walk, ns, key, key.oif, found.lines);
    if (found.kind === "reject") return { kind: "failure", errno: found.errno, why: found.by, lines: found.lines };
    return { kind: "failure", errno: "ENETUNREACH", why: "no-route", lines: found.lines };
  }
  const { route, paths } = found;
  const hop = hopOf(walk, ns, key, found);
  const common = {
    kind: "output",
    destination: key.destination,
    paths,
    route,
    rule: found.rule,
    lines: found.lines,
    assumedOnLink: false,
    learned: null,
  } as const;
  if (route.type === "local") {
    const lo = deviceOf(ns, "lo");
    // __mkroute_output: no in_device on lo, no way to it.
    if (lo && isWithoutIpv4(lo))
      return {
        kind: "failure",
        errno: "EINVAL",
        why: "mtu-below-68",
        lines: [linkLine(ns.key, lo), ...found.lines],
      };
    const source = key.source ?? route.preferredSource ?? key.destination;
    return {
      ...common,
      device: "lo",
      type: "local",
      source,
      gateway: null,
      nextHop: key.destination,
      mtu: mtuOf(ns, "lo"),
      owner: hop?.interface ?? null,
    };
  }
  const device = hop?.interface ?? null;
  if (device === null) return { kind: "unknown", missing: ["nexthop"] };
  const gateway = hop?.gateway ?? null;
  let source = key.source ?? route.preferredSource;
  if (source === null) {
    const chosen = selectAddress(ns, device, gateway, scopeNumber(route.scope), hostIsLink(walk, ns, device));
    if (chosen === undefined) return { kind: "unknown", missing: ["addr"] };
    source = chosen?.local ?? (0 as Ipv4);
  }
  const bad = refuseLoopbackSource(walk, ns, device, source);
  if (bad) return bad;
  const type = route.type === "broadcast" ? "broadcast" : "unicast";
  // find_exception: what was learned belongs to one destination behind one next hop.
  const learned =
    ns.learnedMtus?.find(
      (one) => one.destination === key.destination && one.interface === device && one.gateway === gateway,
    ) ?? null;
  return {
    ...common,
    device,
    type,
    source,
    gateway,
    nextHop: gateway ?? key.destination,
    learned,
    mtu: learned?.mtu ?? route.mtu ?? mtuOf(ns, device),
    owner: null,
  };
}

// fib_select_path: a socket bound to an interface takes its first hop there, everything else is balanced.
function hopOf(walk: Walk, ns: Namespace, key: OutputKey, found: Extract<Found, { kind: "route" }>): RouteHop | null {
  const { route, paths, hop } = found;
  if (paths.length < 2) return hop;
  const { destination, error = false } = key;
  // ping's socket has no source when it looks up; what its probe learns changes nothing.
  return choosePath(walk, ns, { route, paths, source: null, destination, error });
}

// "Apparently, routing tables are wrong. Assume, that the destination is on link." (also after a reject route)
function assumeOnLink(
  walk: Walk,
  ns: Namespace,
  key: OutputKey,
  device: string,
  lines: readonly StateLine[],
): OutputRoute | OutputFailure | OutputUnknown {
  const chosen = key.source ?? selectAddress(ns, device, null, SCOPE_LINK, hostIsLink(walk, ns, device));
  if (chosen === undefined) return { kind: "unknown", missing: ["addr"] };
  const source = chosen === null ? (0 as Ipv4) : typeof chosen === "number" ? chosen : chosen.local;
  const bad = refuseLoopbackSource(walk, ns, device, source);
  if (bad) return bad;
  return {
    kind: "output",
    device,
    type: "unicast",
    destination: key.destination,
    source,
    gateway: null,
    nextHop: key.destination,
    paths: [],
    learned: null,
    mtu: mtuOf(ns, device),
    owner: null,
    assumedOnLink: true,
    route: null,
    rule: null,
    lines,
  };
}

// 255.255.255.255 and groups: with a bound interface no lookup is made.
function groupRoute(ns: Namespace, key: OutputKey): OutputRoute | OutputFailure | OutputUnknown {
  let device = key.oif;
  let lines: readonly StateLine[] = [];
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
  return {
    kind: "output",
    device,
    type,
    destination: key.destination,
    source: chosen,
    gateway: null,
    nextHop: key.destination,
    paths: [],
    learned: null,
    mtu: mtuOf(ns, device),
    owner: null,
    assumedOnLink: false,
    route: null,
    rule: null,
    lines,
  };
}

// __mkroute_output: a 127.x source may not leave by a real interface.
function refuseLoopbackSource(walk: Walk, ns: Namespace, device: string, source: Ipv4): OutputFailure | null {
  if (!isLoopback(source) || device === "lo") return null;
  const allowed = setting(walk, ns, "route_localnet", device, 0);
  if (allowed.value) return null;
  return { kind: "failure", errno: "EINVAL", why: "loopback-source", lines: allowed.lines };
}

function hostIsLink(walk: Walk, ns: Namespace, device: string): boolean {
  return device !== "lo" && setting(walk, ns, "route_localnet", device, 0).value !== 0;
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
