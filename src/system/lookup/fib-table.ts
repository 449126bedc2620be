// One routing table: longest prefix first, then TOS, metric and order, with hops that are dead or elsewhere skipped.

import { type Ipv4, inPrefix } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Namespace, NexthopObject, Route, RouteHop } from "../../model/system-state.ts";
import { effectiveSysctl } from "./sysctl.ts";

/** What a table is asked for. */
export interface TableKey {
  readonly destination: Ipv4;
  readonly tos: number;
  /** Only hops through this device are accepted; null accepts all. */
  readonly oif: string | null;
}

export type RejectError = "EINVAL" | "EHOSTUNREACH" | "EACCES" | "ENETUNREACH";

/** What one table answers; "miss" lets the next rule try (EAGAIN). */
export type TableResult =
  | {
      readonly kind: "found";
      readonly route: Route;
      readonly hops: readonly RouteHop[];
      /** Of these, the next hops of the route itself: more than one is multipath. */
      readonly paths: readonly RouteHop[];
      readonly assumed: readonly string[];
      readonly sysctl: readonly StateLine[];
    }
  | { readonly kind: "reject"; readonly route: Route; readonly error: RejectError }
  | { readonly kind: "miss"; readonly skipped: readonly Route[]; readonly sysctl: readonly StateLine[] };

// fib_props in net/ipv4/fib_semantics.c
const REJECTS: Readonly<Partial<Record<Route["type"], RejectError>>> = {
  blackhole: "EINVAL",
  unreachable: "EHOSTUNREACH",
  prohibit: "EACCES",
  nat: "EINVAL",
};

/** `local`, `main` and `default` under whichever of their two names a tool printed. */
export function tableName(table: string): string {
  return table === "255" ? "local" : table === "254" ? "main" : table === "253" ? "default" : table;
}

// fib_dscp_masked_match: of the packet's type of service the three upper bits, the precedence, are left out.
const IPTOS_RT_MASK = 0x1c;

/** Whether a rule or route for this type of service fits a packet with that one. */
export function tosFits(wanted: number, tos: number): boolean {
  return wanted === 0 || (wanted & 0xfc) === (tos & IPTOS_RT_MASK);
}

/** Routes in the order in which fib_table_lookup meets them. */
export function lookupOrder(routes: readonly Route[]): Route[] {
  return [...routes].sort(
    (a, b) =>
      b.destination.length - a.destination.length ||
      // Local and main share one trie while no rule was ever added; there the higher table number stands first.
      Number(tableName(b.table) === "local") - Number(tableName(a.table) === "local") ||
      b.tos - a.tos ||
      a.metric - b.metric ||
      a.order - b.order,
  );
}

/** fib_table_lookup over routes that stand in lookup order. */
export function lookupTable(ns: Namespace, ordered: readonly Route[], key: TableKey): TableResult {
  const skipped: Route[] = [];
  const sysctl: StateLine[] = [];
  let missedLeaf: Ipv4 | null = null;
  for (const route of ordered) {
    if (!inPrefix(key.destination, route.destination)) continue;
    if (!tosFits(route.tos, key.tos)) continue;
    if (missedLeaf === route.destination.address) continue;
    if (route.type === "throw") return { kind: "miss", skipped, sysctl };
    const object = route.nexthopId === null ? undefined : objectOf(ns, route.nexthopId);
    const error = REJECTS[route.type] ?? (object?.blackhole ? "EINVAL" : undefined);
    if (error) return { kind: "reject", route, error };
    const good: RouteHop[] = [];
    const assumed = new Set<string>();
    for (const hop of hopsOf(ns, route)) {
      const verdict = goodHop(ns, hop, key.oif);
      sysctl.push(...verdict.lines);
      if (verdict.assumed) assumed.add("sysctl");
      if (verdict.good) good.push(hop);
    }
    if (good.length > 0) {
      // fib_select_path: with an output device given, the first hop that fits is taken and nothing is balanced.
      const hops = key.oif === null ? [...good, ...otherDefaults(ns, ordered, route)] : good.slice(0, 1);
      const paths = key.oif === null ? good : hops;
      return { kind: "found", route, hops, paths, assumed: [...assumed], sysctl };
    }
    skipped.push(route);
    // A nexthop object without a usable hop leaves the whole leaf (goto miss), not only this entry.
    if (route.nexthopId !== null) missedLeaf = route.destination.address;
  }
  return { kind: "miss", skipped, sysctl };
}

/** The hops of a route, through its nexthop object where the route itself names none. */
function hopsOf(ns: Namespace, route: Route): readonly RouteHop[] {
  if (route.hops.length > 0 || route.nexthopId === null) return route.hops;
  const object = objectOf(ns, route.nexthopId);
  if (!object) return [];
  if (object.group.length === 0) return [hopOf(object, 1)];
  return object.group.flatMap((member) => {
    const single = objectOf(ns, member.id);
    return single && !single.blackhole ? [hopOf(single, member.weight)] : [];
  });
}

function hopOf(object: NexthopObject, weight: number): RouteHop {
  const has = (flag: string) => object.flags.has(flag);
  return {
    interface: object.interface,
    gateway: object.gateway,
    weight,
    onlink: has("onlink"),
    dead: has("dead"),
    linkdown: has("linkdown"),
  };
}

function objectOf(ns: Namespace, id: number): NexthopObject | undefined {
  return ns.nexthops?.find((object) => object.id === id);
}

// fib_lookup_good_nhc
function goodHop(
  ns: Namespace,
  hop: RouteHop,
  oif: string | null,
): { good: boolean; assumed: boolean; lines: readonly StateLine[] } {
  if (hop.dead) return { good: false, assumed: false, lines: [] };
  if (oif !== null && hop.interface !== oif) return { good: false, assumed: false, lines: [] };
  if (!hop.linkdown || hop.interface === null) return { good: true, assumed: false, lines: [] };
  const ignore = effectiveSysctl(ns, "ignore_routes_with_linkdown", hop.interface);
  if (ignore === undefined) return { good: true, assumed: true, lines: [] };
  return { good: ignore.value === 0, assumed: false, lines: ignore.lines };
}

// fib_select_default: of several default routes with one metric, neighbour states decide among those with a gateway.
function otherDefaults(ns: Namespace, ordered: readonly Route[], chosen: Route): RouteHop[] {
  if (chosen.destination.length !== 0 || chosen.type !== "unicast" || hopsOf(ns, chosen).length !== 1) return [];
  return ordered
    .filter((route) => route !== chosen && route.destination.length === 0 && route.type === "unicast")
    .filter((route) => route.table === chosen.table && route.metric === chosen.metric && route.tos === chosen.tos)
    .flatMap((route) => hopsOf(ns, route).slice(0, 1))
    .filter((hop) => hop.gateway !== null && !hop.dead);
}
