// The replayed network as the state that everything else reads; what nobody said is undefined.

import type { BridgeState, FdbEntry, Link, Namespace, Route, RouteHop, SystemState } from "../../model/system-state.ts";
import { typedLine } from "../../model/typed-line.ts";
import { parseBridge } from "../../system/parse/bridge.ts";
import { linkLine, parseAddresses, parseLinks } from "../../system/parse/link.ts";
import { parseNeighbourProxies, parseNeighbours } from "../../system/parse/neighbour.ts";
import { parseRoutes, withHops } from "../../system/parse/route.ts";
import { parseRules } from "../../system/parse/rule.ts";
import type { Fields } from "../../system/parse/shape.ts";
import type { LinkModel, NamespaceModel, PastedNetwork, Told } from "./network.ts";
import { hasIptables } from "./nft-text.ts";
import { keyOf, routesOf } from "./replay-address.ts";
import { DEFAULT_RULES } from "./replay-entries.ts";

/** Null where the paste tells of no namespace at all. */
export function stateOf(network: PastedNetwork): SystemState | null {
  for (const ns of network.namespaces.values()) addLoopback(network, ns);
  numberLinks(network);
  const namespaces = new Map<string, Namespace>();
  for (const ns of network.namespaces.values()) {
    const made = namespaceOf(network, ns);
    // Commands that only made or entered namespaces say nothing about the one they were typed in.
    if (ns.key !== "" || ns.given || tells(made)) namespaces.set(ns.key, made);
  }
  return [...namespaces.values()].some((ns) => tells(ns)) ? { takenAt: null, kernel: null, namespaces } : null;
}

function tells(ns: Namespace): boolean {
  const { links, addresses, routes, rules, neighbours, bridge, sysctl, iptables, nft, sockets, ways } = ns;
  return [links, addresses, routes, rules, neighbours, bridge, sysctl, iptables, nft, sockets, ways].some(
    (part) => part !== undefined,
  );
}

// Every namespace has a lo; in one that runs already it is up, unless a listing shows otherwise.
function addLoopback(network: PastedNetwork, ns: NamespaceModel): void {
  if (ns.links.size === 0 || ns.linksListed || ns.links.has("lo")) return;
  const lo = network.addLink(ns, "lo", "loopback");
  lo.up = true;
  lo.addresses = [
    { fields: { family: "inet", local: "127.0.0.1", prefixlen: 8, scope: "host", label: "lo" }, typed: null },
  ];
  network.refresh(lo);
}

// Indexes that no listing showed: any, as long as no other link has it.
function numberLinks(network: PastedNetwork): void {
  const all = [...network.namespaces.values()].flatMap((ns) => [...ns.links.values()]);
  let next = Math.max(1, ...all.map((link) => link.index ?? 0)) + 1;
  for (const link of all) link.index ??= next++;
}

function namespaceOf(network: PastedNetwork, ns: NamespaceModel): Namespace {
  const models = [...ns.links.values()].filter(isKnown);
  const links = models.length > 0 || ns.linksListed ? linksOf(network, models) : undefined;
  const known = models.filter((link) => link.addresses !== undefined);
  const addressed = ns.addressesListed || known.some((link) => link.name !== "lo") || (ns.created && known.length > 0);
  const missing = new Map(ns.missing);
  const unknown = ns.addressesListed ? [] : models.filter((link) => link.addresses === undefined);
  const partial = ns.partial || (addressed && unknown.length > 0);
  if (addressed && unknown.length > 0) missing.set("addr", `not shown: ${unknown.map((link) => link.name).join(", ")}`);
  const routes = routesOfNamespace(ns, addressed ? models : null);
  const rules = ns.rules ?? (ns.created ? DEFAULT_RULES.map((fields): Told => ({ fields, typed: null })) : undefined);
  return {
    ...(ns.given ?? NOTHING),
    key: ns.key,
    links,
    addresses: addressed
      ? models.flatMap((link) =>
          each(link.addresses ?? [], (f) => parseAddresses([{ ifname: link.name, addr_info: [f] }])),
        )
      : undefined,
    routes: routes?.told.flatMap((told, order) =>
      each([told], (f) => parseRoutes([f])).map((route) => ({ ...route, order })),
    ),
    rules: rules && each(rules, (f) => parseRules([f])),
    neighbours: ns.neighbours && each(ns.neighbours, (f) => parseNeighbours([f])),
    neighbourProxies: ns.proxies && each(ns.proxies, (f) => parseNeighbourProxies([f])),
    ...(ns.cacheFlushed && ns.given?.learnedMtus ? { learnedMtus: [] } : {}),
    bridge: bridgeOf(ns, links),
    sysctl: sysctlOf(ns),
    nft: ns.nft,
    iptables: iptablesOf(ns),
    ...(ns.peers && { peers: ns.peers }),
    ...(ns.ways && { ways: ns.ways.flatMap((told) => each([told], (f) => parseRoutes([f]))) }),
    kernelLog: ns.kernelLog ?? ns.given?.kernelLog,
    ...(ns.sockets && { sockets: ns.sockets, ...(ns.socketsOf && { socketsOf: ns.socketsOf }) }),
    missing,
    notLoaded: ns.given?.notLoaded ?? new Map(),
    replayed: partial || ns.typed || (routes?.derived ?? false) || anyTyped(ns, models),
  };
}

// What no command changes and no listing here shows.
const NOTHING = {
  inode: null,
  nsids: undefined,
  nsid: null,
  nexthops: undefined,
  arptables: undefined,
  ebtables: undefined,
  conntrack: undefined,
  qdisc: undefined,
  filter: undefined,
  xfrm: undefined,
  counters: undefined,
  kernelLog: undefined,
} as const;

// One iptables, whichever variant it is: where nft lists chains that it made, its rules are those.
function iptablesOf({ iptables, namedLegacy, nft }: NamespaceModel): Namespace["iptables"] {
  if (iptables?.legacy === undefined || iptables.nft !== undefined || namedLegacy || !nft || !hasIptables(nft))
    return iptables;
  return { nft: iptables.legacy };
}

function anyTyped(ns: NamespaceModel, models: readonly LinkModel[]): boolean {
  const typed = (list: readonly Told[] | undefined): boolean => list?.some((told) => told.typed !== null) ?? false;
  const lists = [ns.routes, ns.rules, ns.neighbours, ns.proxies, ns.fdb];
  return lists.some(typed) || models.some((link) => link.typed.length > 0 || typed(link.addresses));
}

// A fact that was typed is quoted as the command; its meaning is that of the printed form.
function each<T extends { readonly line: string }>(list: readonly Told[], parse: (fields: Fields) => T[]): T[] {
  return list.flatMap(({ fields, typed, kept }) =>
    kept !== undefined
      ? [kept as T]
      : parse(fields).map((item) => (typed === null ? item : { ...item, line: typedLine(item.line, [typed]) })),
  );
}

function linksOf(network: PastedNetwork, models: readonly LinkModel[]): Link[] {
  const masters = new Set(models.map((link) => link.master));
  return parseLinks(models.map((link) => linkFields(network, link, masters))).map((parsed, index) => {
    const { typed, given } = models[index] as LinkModel;
    const link = given === undefined ? parsed : withGiven(parsed, given);
    // The command that made it and the last ones that changed it.
    const shown = typed.length > 3 ? [typed[0] as string, ...typed.slice(-2)] : typed;
    return { ...link, line: typedLine(link.line, [...new Set(shown)]) };
  });
}

// Where it leads and what it is stays as it was.
function withGiven(parsed: Link, given: Link): Link {
  const { flags, mtu, operstate, mac, master, data, slaveData, xdp } = parsed;
  const link = { ...given, flags, mtu, operstate, mac, master, data, slaveData, xdp };
  return { ...link, line: linkLine(link) };
}

const FLAG_ORDER = ["NO-CARRIER", "LOOPBACK", "BROADCAST", "POINTOPOINT", "MULTICAST", "NOARP"];

function linkFields(network: PastedNetwork, link: LinkModel, masters: ReadonlySet<string | null>): Fields {
  const { info_data, info_slave_data, ...fields } = link.fields;
  const peer = network.peerOf(link);
  const rest = [...link.flags].filter((flag) => !FLAG_ORDER.includes(flag));
  const kind = kindOf(network, link, peer) ?? (masters.has(link.name) ? "bridge" : null);
  return {
    ...fields,
    ifindex: link.index,
    ifname: link.name,
    flags: [...FLAG_ORDER.filter((flag) => link.flags.has(flag)), ...rest],
    ...(link.master === null ? {} : { master: link.master }),
    ...(peer === null ? {} : endFields(link, peer)),
    ...(kind === null
      ? {}
      : {
          linkinfo: {
            info_kind: kind,
            info_data: dataOf(link, kind, info_data),
            info_slave_data: info_slave_data ?? {},
          },
        }),
  };
}

function endFields(link: LinkModel, peer: LinkModel): Fields {
  if (peer.home === link.home) return { link: peer.name, link_index: null, link_netns: null };
  return { link: null, link_index: peer.index, link_netns: peer.home.key };
}

// `ip link` without -d names the other end but not the kind: a pair names each other, a VLAN has its id in its name.
function kindOf(network: PastedNetwork, link: LinkModel, peer: LinkModel | null): string | null {
  if (link.kind !== null || link.fields.link_type === "loopback") return link.kind;
  if (peer !== null && network.peerOf(peer) === link) return "veth";
  if (peer !== null && /\.\d+$/.test(link.name)) return "vlan";
  // A veth end whose other end nobody showed is not a wire that leads outside.
  return /^veth/.test(link.name) || typeof link.fields.link_netnsid === "number" ? "veth" : null;
}

function dataOf(link: LinkModel, kind: string, known: unknown): unknown {
  if (known !== undefined) return known;
  const id = kind === "vlan" ? /\.(\d+)$/.exec(link.name)?.[1] : undefined;
  return id === undefined ? {} : { protocol: "802.1Q", id: Number(id) };
}

// Listed tables as they are kept up to date; the others follow from the addresses, where they may be said to.
function routesOfNamespace(
  ns: NamespaceModel,
  models: readonly LinkModel[] | null,
): { told: Told[]; derived: boolean } | undefined {
  const typedRoutes = ns.routes.some((route) => route.typed !== null);
  const typedAddresses = models?.some((link) => link.addresses?.some((address) => address.typed !== null)) ?? false;
  const mainListed = ns.tablesListed.has("main");
  // Listed addresses do not tell the routes that lead through gateways; what was built from nothing does.
  const whole = ns.created || typedRoutes || (typedAddresses && !ns.addressesListed);
  if (!mainListed && !whole && ns.tablesListed.size === 0) return undefined;
  const listed = ns.routes;
  const derive = (models ?? []).flatMap((link) => (link.addresses ?? []).flatMap((address) => routesOf(link, address)));
  const replayed = whole || typedAddresses || (models ?? []).some((link) => link.typed.length > 0);
  const tables = (route: Told): string => String(route.fields.table ?? "main");
  const first = new Map(derive.map((route) => [keyOf(route.fields), route] as const).reverse());
  const added = [...first.values()]
    .reverse()
    .filter(
      (route) => !ns.tablesListed.has(tables(route)) && (tables(route) === "main" ? whole && !mainListed : replayed),
    );
  // Of two equal routes the older one wins (fib_magic appends).
  added.sort((a, b) => (a.since ?? 0) - (b.since ?? 0));
  return { told: [...added, ...listed].map((route) => withCarrier(ns, route)), derived: added.length > 0 };
}

// RTNH_F_LINKDOWN follows the carrier of the device (fib_sync_down_dev, fib_sync_up).
function withCarrier(ns: NamespaceModel, route: Told): Told {
  const { fields } = route;
  const link = typeof fields.dev === "string" ? ns.links.get(fields.dev) : undefined;
  if (!link || link.flags.size === 0 || fields.type === "local") return withCarrierOfHops(ns, route);
  const linkdown = link.flags.has("NO-CARRIER");
  if (route.kept !== undefined)
    return (route.kept as Route).hops.every((hop) => hop.linkdown === linkdown)
      ? route
      : { ...route, kept: keptWith(route.kept as Route, (hop) => ({ ...hop, linkdown })) };
  const flags = (Array.isArray(fields.flags) ? fields.flags : []).filter((flag) => flag !== "linkdown");
  return { ...route, fields: { ...fields, flags: linkdown ? [...flags, "linkdown"] : flags } };
}

function keptWith(route: Route, change: (hop: RouteHop) => RouteHop): Route {
  return withHops(route, route.hops.map(change));
}

function withCarrierOfHops(ns: NamespaceModel, route: Told): Told {
  const { kept, fields } = route;
  if (fields.nexthops === undefined) return route;
  if (kept === undefined)
    return Array.isArray(fields.nexthops) && fields.type !== "local"
      ? { ...route, fields: { ...fields, nexthops: fields.nexthops.map((hop: Fields) => hopWithCarrier(ns, hop)) } }
      : route;
  return {
    ...route,
    kept: keptWith(kept as Route, (hop) => {
      const link = hop.interface === null ? undefined : ns.links.get(hop.interface);
      return link ? { ...hop, linkdown: link.flags.has("NO-CARRIER") } : hop;
    }),
  };
}

function hopWithCarrier(ns: NamespaceModel, hop: Fields): Fields {
  const link = typeof hop.dev === "string" ? ns.links.get(hop.dev) : undefined;
  const flags = (Array.isArray(hop.flags) ? hop.flags : []).filter((flag) => flag !== "linkdown");
  return link === undefined || link.flags.size === 0
    ? hop
    : { ...hop, flags: link.flags.has("NO-CARRIER") ? [...flags, "linkdown"] : flags };
}

function bridgeOf(ns: NamespaceModel, links: readonly Link[] | undefined): BridgeState | undefined {
  const known = ns.bridgeLinks ?? portsByCommand(ns);
  const { fdb, vlans } = ns;
  const parts = {
    ...(known === undefined ? {} : { link: known.map((told) => told.fields) }),
    ...(fdb === undefined ? {} : { fdb: fdb.map((told) => told.fields) }),
    ...(vlans === undefined ? {} : { vlan: vlans }),
  };
  if (Object.keys(parts).length === 0) return parseBridge(undefined, links, "", "");
  const parsed = parseBridge(parts, links, "", "");
  return parsed && fdb && parsed.fdb
    ? {
        ...parsed,
        fdb: parsed.fdb.map((entry, i) => {
          const told = fdb[i];
          if (told?.kept !== undefined) return told.kept as FdbEntry;
          return { ...entry, line: typedLine(entry.line, told?.typed ? [told.typed] : []) };
        }),
      }
    : parsed;
}

// A link of which only the name was told is none whose flags could be quoted.
function isKnown({ named, up, typed }: LinkModel): boolean {
  return !named || up || typed.length > 0;
}

// A port that was just added has every switch as the kernel sets it; it forwards once it and its bridge are up.
function portsByCommand(ns: NamespaceModel): Told[] | undefined {
  const ports = [...ns.links.values()].filter(({ master }) => {
    const bridge = master === null ? undefined : ns.links.get(master);
    return bridge?.kind === "bridge" && isKnown(bridge);
  });
  if (ports.length === 0 || ports.some((port) => port.fields.info_slave_data !== undefined)) return undefined;
  return ports.map((port) => {
    const bridge = ns.links.get(port.master as string);
    const forwards = port.flags.has("LOWER_UP") && bridge?.up;
    return {
      fields: { ifname: port.name, master: port.master, state: forwards ? "forwarding" : "disabled" },
      typed: null,
    };
  });
}

function sysctlOf(ns: NamespaceModel): ReadonlyMap<string, string> | undefined {
  if (ns.sysctl.size === 0) return undefined;
  const settings = new Map(ns.sysctl);
  if (ns.forwarding !== null) {
    for (const name of ns.links.keys()) {
      const key = `net.ipv4.conf.${name.replaceAll(".", "/")}.forwarding`;
      if (!settings.has(key)) settings.set(key, ns.forwarding);
    }
  }
  return settings;
}
