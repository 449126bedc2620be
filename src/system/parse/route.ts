// Routes and nexthop objects, from `ip -j -d route show table all` and `ip -j nexthop`.

import { formatIpv4, formatPrefix, parsePrefix } from "../../model/address.ts";
import type { LearnedMtu, NexthopObject, Route, RouteHop, RouteType } from "../../model/system-state.ts";
import { unreadAttribute } from "../attributes.ts";
import { tableName } from "../lookup/fib-table.ts";
import {
  addressField,
  type Fields,
  isFields,
  isSet,
  listField,
  nameField,
  nameSet,
  numberField,
  textField,
  tosField,
} from "./shape.ts";

const TYPES: ReadonlySet<string> = new Set<RouteType>([
  "unicast",
  "local",
  "broadcast",
  "multicast",
  "anycast",
  "blackhole",
  "unreachable",
  "prohibit",
  "throw",
  "nat",
]);
const WITHOUT_HOPS: ReadonlySet<RouteType> = new Set<RouteType>(["blackhole", "unreachable", "prohibit", "throw"]);

/** Parses the IPv4 routes of all tables; IPv6 ones in the same dump are passed over. */
export function parseRoutes(list: readonly Fields[]): Route[] {
  return list.flatMap((fields, order) => {
    const destination = parsePrefix(textField(fields, "dst") ?? "");
    if (destination === null || isIpv6(fields) || isCached(fields)) return [];
    const printedType = textField(fields, "type") ?? "unicast";
    const type = TYPES.has(printedType) ? (printedType as RouteType) : "unknown";
    const unread = [fields, ...listField(fields, "nexthops")].map((one) => unreadAttribute("route", one)).find(Boolean);
    const route = {
      ...(unread ? { unread } : {}),
      type,
      destination,
      table: tableName(nameField(fields, "table") ?? "main"),
      tos: tosField(fields, "tos"),
      metric: numberField(fields, "metric") ?? 0,
      preferredSource: addressField(fields, "prefsrc"),
      scope: nameField(fields, "scope") ?? (type === "local" ? "host" : "global"),
      protocol: nameField(fields, "protocol"),
      mtu: metricOf(fields, "mtu"),
      hopLimit: metricOf(fields, "hoplimit"),
      flags: nameSet(fields.flags),
      nexthopId: numberField(fields, "nhid"),
      hops: WITHOUT_HOPS.has(type) ? [] : parseHops(fields),
      order,
    };
    return [{ ...route, line: routeLine(route) }];
  });
}

// `default` names both families; only IPv6 routes have a router preference (RTA_PREF).
function isIpv6(fields: Fields): boolean {
  if (Object.hasOwn(fields, "pref")) return true;
  const own = [fields.gateway, fields.prefsrc];
  const more = listField(fields, "nexthops").map((hop) => hop.gateway);
  return [...own, ...more].some((value) => typeof value === "string" && value.includes(":"));
}

function isCached(fields: Fields): boolean {
  const flags = nameSet(fields.flags);
  return flags.has("cloned") || Object.hasOwn(fields, "cache");
}

function metricOf(fields: Fields, name: "mtu" | "hoplimit"): number | null {
  for (const metrics of listField(fields, "metrics")) {
    const value = numberField(metrics, name);
    if (value !== null) return value;
  }
  return numberField(fields, name);
}

function parseHops(fields: Fields): RouteHop[] {
  const several = listField(fields, "nexthops");
  if (several.length > 0) return several.map(parseHop);
  return Object.hasOwn(fields, "dev") || Object.hasOwn(fields, "gateway") || Object.hasOwn(fields, "via")
    ? [parseHop(fields)]
    : [];
}

function parseHop(fields: Fields): RouteHop {
  const flags = nameSet(fields.flags);
  const via = isFields(fields.via) ? fields.via : {};
  const host = textField(via, "host");
  return {
    interface: textField(fields, "dev"),
    gateway: addressField(fields, "gateway") ?? addressField(via, "host"),
    ...(host?.includes(":") ? { gateway6: host } : {}),
    weight: numberField(fields, "weight") ?? 1,
    onlink: flags.has("onlink"),
    dead: flags.has("dead"),
    linkdown: flags.has("linkdown"),
  };
}

/** A route with other next hops: what is said of all of them is said of the route, too (fib_sync_down_dev). */
export function withHops(route: Route, hops: readonly RouteHop[]): Route {
  const flags = new Set(route.flags);
  for (const flag of ["dead", "linkdown"] as const) {
    flags.delete(flag);
    if (hops.length > 0 && hops.every((hop) => hop[flag])) flags.add(flag);
  }
  const changed = { ...route, hops, flags };
  return { ...changed, line: routeLine(changed) };
}

/** A route as `ip route` shows it; entries the kernel keeps in table local without what it repeats. */
function routeLine(route: Omit<Route, "line">): string {
  const parts = route.type === "unicast" ? [] : [route.type as string];
  parts.push(formatPrefix(route.destination));
  if (route.tos !== 0) parts.push(`tos 0x${route.tos.toString(16)}`);
  if (route.nexthopId !== null) parts.push(`nhid ${route.nexthopId}`);
  const [only, second] = route.hops;
  if (only && !second) parts.push(...hopWords(only));
  if (route.table !== "main") parts.push(`table ${route.table}`);
  if (route.table !== "local" || route.protocol !== "kernel") {
    // `ip route` hides what a route added by hand has anyway.
    if (route.protocol !== null && route.protocol !== "boot") parts.push(`proto ${route.protocol}`);
    if (route.scope !== "global" && route.table !== "local") parts.push(`scope ${route.scope}`);
    if (route.preferredSource !== null) parts.push(`src ${formatIpv4(route.preferredSource)}`);
  }
  if (route.metric !== 0) parts.push(`metric ${route.metric}`);
  if (route.mtu !== null) parts.push(`mtu ${route.mtu}`);
  if (route.hopLimit !== null) parts.push(`hoplimit ${route.hopLimit}`);
  if (only && !second) parts.push(...hopFlags(only));
  if (second)
    for (const hop of route.hops) parts.push("nexthop", ...hopWords(hop), `weight ${hop.weight}`, ...hopFlags(hop));
  return parts.join(" ");
}

function hopWords(hop: RouteHop): string[] {
  const words: string[] = [];
  if (hop.gateway !== null) words.push(`via ${formatIpv4(hop.gateway)}`);
  else if (hop.gateway6 !== undefined) words.push(`via inet6 ${hop.gateway6}`);
  if (hop.interface !== null) words.push(`dev ${hop.interface}`);
  return words;
}

function hopFlags(hop: RouteHop): string[] {
  return [...(hop.dead ? ["dead"] : []), ...(hop.onlink ? ["onlink"] : []), ...(hop.linkdown ? ["linkdown"] : [])];
}

/** Parses route exceptions that hold a path MTU; the others (redirects) are passed over. */
export function parseLearnedMtus(list: readonly Fields[]): LearnedMtu[] {
  return list.flatMap((fields) => {
    const destination = addressField(fields, "dst");
    const mtu = metricOf(fields, "mtu");
    if (destination === null || mtu === null) return [];
    const { interface: device, gateway } = parseHop(fields);
    const expires = numberField(fields, "expires");
    const parts = [
      formatIpv4(destination),
      ...(gateway === null ? [] : [`via ${formatIpv4(gateway)}`]),
      ...(device === null ? [] : [`dev ${device}`]),
      "cache",
      ...(expires === null ? [] : [`expires ${expires}sec`]),
      `mtu ${mtu}`,
    ];
    return [{ destination, interface: device, gateway, mtu, line: parts.join(" ") }];
  });
}

/** Parses nexthop objects; groups keep the ids of their members. */
export function parseNexthops(list: readonly Fields[]): NexthopObject[] {
  return list.flatMap((fields) => {
    const id = numberField(fields, "id");
    if (id === null) return [];
    return [
      {
        id,
        interface: textField(fields, "dev"),
        gateway: addressField(fields, "gateway"),
        blackhole: isSet(fields, "blackhole"),
        group: listField(fields, "group").flatMap((member) => {
          const memberId = numberField(member, "id");
          return memberId === null ? [] : [{ id: memberId, weight: numberField(member, "weight") ?? 1 }];
        }),
        flags: nameSet(fields.flags),
      },
    ];
  });
}
