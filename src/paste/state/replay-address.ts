// Commands about addresses and routes, and the routes that the kernel makes and removes by itself.

import { formatIpv4, type Ipv4, inPrefix, parseIpv4, parsePrefix } from "../../model/address.ts";
import { ownValue } from "../../model/own-value.ts";
import type { Fields } from "../../system/parse/shape.ts";
import type { LinkModel, NamespaceModel, PastedNetwork, Told } from "./network.ts";
import { broadcastOf, routeFields } from "./route-text.ts";

/** `ip addr add|del|replace|change …`; false where the words are not understood. */
export function changeAddress(
  network: PastedNetwork,
  ns: NamespaceModel,
  verb: string,
  words: readonly string[],
  line: string,
): boolean {
  const info = addressInfo(words);
  const device = after(words, "dev");
  if (verb === "flush") {
    const link = ns.links.get(device ?? words[0] ?? "");
    if (link) for (const told of [...(link.addresses ?? [])]) removeAddress(link, told);
    if (link) link.addresses = [];
    return link !== undefined;
  }
  if (info === null || device === undefined) return false;
  const link = network.link(ns, device);
  if (verb === "del" || verb === "delete") {
    const length = words.some((word) => word.includes("/")) ? info.prefixlen : undefined;
    const told = (link.addresses ?? []).find(
      (one) => one.fields.local === info.local && (length === undefined || one.fields.prefixlen === length),
    );
    if (told) deleteAddress(link, told);
    return true;
  }
  addAddress(link, { ...info, label: after(words, "label") ?? device }, line);
  return true;
}

function addressInfo(words: readonly string[]): (Record<string, unknown> & { local: string }) | null {
  const at = words[0] === "local" ? 1 : 0;
  const [local = "", length] = (words[at] ?? "").split("/");
  const address = parseIpv4(local);
  if (address === null) return null;
  const peer = (after(words, "peer") ?? after(words, "remote"))?.split("/");
  const prefixlen = Number(peer ? (peer[1] ?? 32) : (length ?? 32));
  const broadcast = after(words, "brd") ?? after(words, "broadcast");
  return {
    family: "inet",
    local,
    ...(peer === undefined ? {} : { address: peer[0] }),
    prefixlen,
    ...(broadcast === undefined ? {} : { broadcast: broadcast === "+" ? broadcastOf(address, prefixlen) : broadcast }),
    scope: after(words, "scope") ?? (local.startsWith("127.") ? "host" : "global"),
    ...(words.includes("noprefixroute") ? { noprefixroute: true } : {}),
  };
}

/** inet_insert_ifa: a second address of the same subnet is secondary; then the routes of fib_add_ifaddr. */
export function addAddress(link: LinkModel, info: Record<string, unknown>, line: string | null): void {
  link.addresses ??= [];
  if (link.addresses.some((told) => told.fields.local === info.local && told.fields.prefixlen === info.prefixlen))
    return;
  const prefix = prefixOf(info);
  const primary = link.addresses.find(
    ({ fields }) =>
      fields.prefixlen === info.prefixlen && fields.secondary === undefined && samePrefix(prefixOf(fields), prefix),
  );
  const told: Told = { fields: primary ? { ...info, secondary: true } : info, typed: line, since: link.home.step };
  // __inet_insert_ifa: primary ones stand in front.
  const last = primary ? -1 : link.addresses.findLastIndex(({ fields }) => fields.secondary === undefined);
  const at = primary ? link.addresses.length : last + 1;
  link.addresses.splice(at, 0, told);
  addRoutes(link, [told]);
}

// __inet_del_ifa: with a primary address go its secondaries, or the first of them takes its place.
function deleteAddress(link: LinkModel, told: Told): void {
  const siblings = (link.addresses ?? []).filter(
    ({ fields }) =>
      told.fields.secondary === undefined &&
      fields.secondary === true &&
      fields.prefixlen === told.fields.prefixlen &&
      samePrefix(prefixOf(fields), prefixOf(told.fields)),
  );
  const promotes = ["all", link.name.replaceAll(".", "/")].some(
    (name) => Number(link.home.sysctl.get(`net.ipv4.conf.${name}.promote_secondaries`) ?? 0) !== 0,
  );
  const [next] = siblings;
  if (next !== undefined && promotes) {
    const { secondary: _, ...fields } = next.fields;
    const promoted: Told = { fields, typed: next.typed, ...(next.since === undefined ? {} : { since: next.since }) };
    link.addresses = link.addresses?.map((one) => (one === next ? promoted : one));
    removeAddress(link, told);
    const from = (route: Told): boolean => route.fields.prefsrc === told.fields.local && route.fields.dev === link.name;
    link.home.routes = link.home.routes.filter((route) => route.fields.protocol !== "kernel" || !from(route));
    addRoutes(link, [promoted, ...siblings.slice(1)]);
    return;
  }
  for (const one of [...siblings, told]) removeAddress(link, one);
}

function removeAddress(link: LinkModel, told: Told): void {
  link.addresses = (link.addresses ?? []).filter((other) => other !== told);
  const gone = routesOf(link, told).map(({ fields }) => keyOf(fields));
  const kept = new Set(
    (link.addresses ?? []).flatMap((other) => routesOf(link, other).map(({ fields }) => keyOf(fields))),
  );
  // fib_sync_down_addr; and without its last address an interface loses all its routes (fib_disable_ip).
  const owned = [...link.home.links.values()].some((other) =>
    other.addresses?.some(({ fields }) => fields.local === told.fields.local),
  );
  const bare = (link.addresses ?? []).length === 0;
  link.home.routes = link.home.routes.filter(
    ({ fields }) =>
      (fields.protocol !== "kernel" || !gone.includes(keyOf(fields)) || kept.has(keyOf(fields))) &&
      (owned || fields.prefsrc !== told.fields.local) &&
      !(bare && leadsThrough(fields, link.name)),
  );
  if (bare) link.home.neighbours = link.home.neighbours?.filter(({ fields }) => fields.dev !== link.name);
}

function leadsThrough(fields: Fields, device: string): boolean {
  return fields.dev === device || hopsOf(fields).some((hop) => hop.dev === device);
}

function hopsOf({ nexthops }: Fields): readonly Fields[] {
  return Array.isArray(nexthops) ? (nexthops as readonly Fields[]) : [];
}

/** fib_netdev_event: an interface that comes up gets the routes of its addresses. */
export function linkWentUp(link: LinkModel): void {
  link.home.routes = link.home.routes.map((route) => withHops(route, link.name, false));
  addRoutes(link, link.addresses ?? []);
}

function addRoutes(link: LinkModel, addresses: readonly Told[]): void {
  for (const told of addresses) {
    const fresh = routesOf(link, told).filter(
      (route) =>
        isListed(link.home, route) && !link.home.routes.some((other) => keyOf(other.fields) === keyOf(route.fields)),
    );
    link.home.routes.push(...fresh);
  }
}

/** fib_sync_down_dev: all routes through an interface that goes down are flushed, those typed by hand too; local /32 stay. */
export function linkWentDown(link: LinkModel): void {
  link.home.routes = link.home.routes
    .filter(({ fields }) => fields.dev !== link.name || fields.type === "local")
    .map((route) => withHops(route, link.name, true))
    .filter(({ fields }) => !hopsOf(fields).length || hopsOf(fields).some((hop) => !isDead(hop)));
  // arp_ifdown
  link.home.neighbours = link.home.neighbours?.filter(({ fields }) => fields.dev !== link.name);
}

function isDead({ flags }: Fields): boolean {
  return Array.isArray(flags) && flags.includes("dead");
}

// A next hop of several over a device that goes down is dead, and lives again when it comes up.
function withHops(route: Told, device: string, dead: boolean): Told {
  const hops = hopsOf(route.fields);
  if (!hops.some((hop) => hop.dev === device && isDead(hop) !== dead)) return route;
  const flagsOf = (hop: Fields): string[] => [
    ...(Array.isArray(hop.flags) ? hop.flags.filter((flag) => flag !== "dead") : []),
    ...(dead ? ["dead"] : []),
  ];
  const nexthops = hops.map((hop) => (hop.dev === device ? { ...hop, flags: flagsOf(hop) } : hop));
  const { kept: _, ...told } = route;
  return { ...told, fields: { ...route.fields, nexthops } };
}

// Only tables that a listing showed are kept up to date; the others are made from the addresses at the end.
function isListed(ns: NamespaceModel, route: Told): boolean {
  return ns.tablesListed.has(String(route.fields.table ?? "main"));
}

/** fib_add_ifaddr: the routes an address brings. */
export function routesOf(link: LinkModel, { fields: info, typed, since = 0 }: Told): Told[] {
  const local = String(info.local);
  const prefix = prefixOf(info);
  const loopback = link.fields.link_type === "loopback";
  const common = { dev: link.name, protocol: "kernel", prefsrc: primarySource(link, info), flags: [] };
  const make = (fields: Fields): Told => ({
    fields: { ...fields, ...common },
    typed,
    since: Math.max(since, link.upSince),
  });
  const routes = [make({ type: "local", dst: local, table: "local", scope: "host" })];
  if (!link.up || prefix === null) return routes;
  if (typeof info.broadcast === "string" && info.broadcast !== "255.255.255.255")
    routes.push(make({ type: "broadcast", dst: info.broadcast, table: "local", scope: "link" }));
  if (info.secondary === true || (prefix.length === 32 && formatIpv4(prefix.address) === local)) return routes;
  const dst = prefix.length === 32 ? formatIpv4(prefix.address) : `${formatIpv4(prefix.address)}/${prefix.length}`;
  if (info.noprefixroute !== true) {
    routes.push(
      make(
        loopback
          ? { type: "local", dst, table: "local", scope: "host" }
          : { type: "unicast", dst, table: "main", scope: "link" },
      ),
    );
  }
  const broadcast = broadcastOf(prefix.address, prefix.length);
  if (prefix.length < 31 && broadcast !== info.broadcast)
    routes.push(make({ type: "broadcast", dst: broadcast, table: "local", scope: "link" }));
  return routes;
}

// Routes of a secondary address carry the primary's as their source.
function primarySource(link: LinkModel, info: Fields): unknown {
  if (info.secondary !== true) return info.local;
  const prefix = prefixOf(info);
  return (
    (link.addresses ?? []).find(
      ({ fields }) =>
        fields.secondary === undefined && fields.prefixlen === info.prefixlen && samePrefix(prefixOf(fields), prefix),
    )?.fields.local ?? info.local
  );
}

/** `ip route add|replace|del|change …`; false where the words are not understood. */
export function changeRoute(ns: NamespaceModel, verb: string, words: readonly string[], line: string): boolean {
  if (verb === "flush") {
    if (words[0] === "cache") {
      ns.cacheFlushed = true;
      return true;
    }
    if (words[0] !== "table" && words[0] !== "dev" && words.length > 1) return false;
    ns.routes = ns.routes.filter(({ fields }) =>
      words[0] === "dev" ? fields.dev !== words[1] : String(fields.table ?? "main") !== (words[1] ?? "main"),
    );
    return true;
  }
  const given = routeFields(words);
  if (given === null) return false;
  const fields: Record<string, unknown> = { ...given };
  const gateway = parseIpv4(String(fields.gateway ?? ""));
  // fib_check_nh: without a device, the one over which the gateway is reached.
  if (fields.dev === undefined && gateway !== null) {
    const device = deviceTowards(ns, gateway);
    if (device !== null) fields.dev = device;
  }
  if (typeof fields.dst === "string") fields.dst = fields.dst.replace(/\/32$/, "");
  if (fields.type === "local" && fields.table === undefined) fields.table = "local";
  if (fields.protocol === undefined) fields.protocol = "boot";
  if (fields.scope === undefined && fields.type !== "local")
    fields.scope =
      gateway === null && fields.dev !== undefined && fields.nexthops === undefined && fields.via === undefined
        ? "link"
        : "global";
  const same = ({ fields: other }: Told): boolean => aliasOf(other) === aliasOf(fields);
  if (verb === "del" || verb === "delete") {
    const at = ns.routes.findIndex(
      ({ fields: other }) =>
        other.dst === fields.dst &&
        (other.table ?? "main") === (fields.table ?? "main") &&
        Number(other.tos ?? 0) === Number(fields.tos ?? 0) &&
        ["type", "gateway", "dev", "metric", "prefsrc"].every(
          (key) =>
            ownValue(given, key) === undefined ||
            ownValue(given, key) === (key === "type" ? (other.type ?? "unicast") : ownValue(other, key)),
        ),
    );
    if (at >= 0) ns.routes.splice(at, 1);
    return true;
  }
  const route = { fields, typed: line };
  const at = ns.routes.findIndex(same);
  if (at >= 0 && (verb === "replace" || verb === "change")) {
    ns.routes = ns.routes.with(at, route);
    return true;
  }
  if (at >= 0 && verb === "add") return true;
  if (verb === "prepend" || verb === "add" || verb === "replace") ns.routes.unshift(route);
  else ns.routes.push(route);
  return true;
}

// fib_find_alias: what makes a second route of the kind a replacement.
function aliasOf(fields: Fields): string {
  return `${fields.dst} ${fields.table ?? "main"} ${fields.metric ?? 0} ${fields.tos ?? 0}`;
}

function deviceTowards(ns: NamespaceModel, gateway: Ipv4): string | null {
  let best: { device: string; length: number } | null = null;
  for (const link of ns.links.values()) {
    for (const { fields } of link.up ? (link.addresses ?? []) : []) {
      const prefix = prefixOf(fields);
      if (prefix && inPrefix(gateway, prefix) && (best === null || prefix.length > best.length))
        best = { device: link.name, length: prefix.length };
    }
  }
  return best?.device ?? null;
}

/** What makes two routes the same entry; the kernel's own of two interfaces stand side by side. */
export function keyOf(fields: Fields): string {
  return `${fields.type ?? "unicast"} ${fields.dst} ${fields.table ?? "main"} ${fields.metric ?? 0} ${fields.tos ?? 0} ${fields.protocol === "kernel" ? fields.dev : ""}`;
}

// With a peer the connected route leads to the peer's prefix (ifa_address).
function prefixOf(info: Fields): { address: Ipv4; length: number } | null {
  const base = typeof info.address === "string" ? info.address : info.local;
  return parsePrefix(`${base}/${info.prefixlen}`);
}

function samePrefix(a: ReturnType<typeof prefixOf>, b: ReturnType<typeof prefixOf>): boolean {
  return a !== null && b !== null && a.address === b.address && a.length === b.length;
}

function after(words: readonly string[], key: string): string | undefined {
  const at = words.indexOf(key);
  return at < 0 ? undefined : words[at + 1];
}
