// A state as a graph: namespaces, links, addresses, routes and entries as nodes. What tells two of them apart only by a name,
// a number or an address of their own is no label, so that hosts that are alike look alike.

import { formatMac, type Ipv4, inPrefix, isLoopback, isMulticast, type Mac, type Prefix } from "../../model/address.ts";
import type { InterfaceAddress, Link, Namespace, Route, SystemState } from "../../model/system-state.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import { Graph } from "./graph.ts";
import { type Mentions, mentionsIn } from "./mentions.ts";

/** The graph, and which of its nodes stands for what. */
export interface StateGraph {
  readonly graph: Graph;
  readonly namespace: (key: string) => number;
  readonly address: (address: Ipv4) => number;
}

interface Drawing {
  readonly state: SystemState;
  readonly graph: Graph;
  readonly mentions: Mentions;
  readonly addresses: Set<Ipv4>;
  readonly prefixes: Map<string, Prefix>;
}

/** Draws a state; `service` are the sockets that matter, `marked` the namespaces that are to be told from all others. */
export function graphOf(
  state: SystemState,
  service: (ns: Namespace) => string,
  marked: readonly string[] = [],
): StateGraph {
  const mentions = mentionsIn(state, service);
  const drawing: Drawing = { state, graph: new Graph(), mentions, addresses: new Set(), prefixes: new Map() };
  const { graph } = drawing;
  for (const [key, ns] of state.namespaces) drawNamespace(drawing, ns, marked.indexOf(key));
  for (const ns of state.namespaces.values()) {
    for (const link of ns.links ?? []) drawCables(drawing, ns, link);
    drawAddresses(drawing, ns);
    drawRoutes(drawing, ns);
    drawEntries(drawing, ns);
  }
  joinPrefixes(drawing);
  return {
    graph,
    namespace: (key) => namespaceNode(drawing, key),
    address: (address) => addressNode(drawing, address),
  };
}

function namespaceNode({ graph }: Drawing, key: string): number {
  return graph.node(`n ${key}`, "?");
}

function linkNode({ graph }: Drawing, netns: string, name: string): number | undefined {
  return graph.named(`l ${netns} ${name}`);
}

function addressNode({ graph, mentions, addresses }: Drawing, address: Ipv4): number {
  addresses.add(address);
  const kind = isLoopback(address) ? "loopback" : isMulticast(address) ? "group" : address >>> 24 === 0 ? "zero" : "";
  return graph.node(`a ${address}`, `address ${kind} ${mentions.cellOf(address)}`);
}

function prefixNode({ graph, mentions, prefixes }: Drawing, prefix: Prefix): number {
  const name = `p ${prefix.address}/${prefix.length}`;
  prefixes.set(name, prefix);
  const last = (prefix.address + 2 ** (32 - prefix.length) - 1) as Ipv4;
  const cells = `${mentions.cellOf(prefix.address)} ${mentions.cellOf(last)}`;
  return graph.node(name, `prefix ${prefix.length} ${cells}`);
}

function macNode({ graph, mentions }: Drawing, mac: Mac): number {
  const words = formatMac(mac);
  const kind = mac === 0 ? "zero" : Number.parseInt(words.slice(0, 2), 16) & 1 ? words : "";
  return graph.node(`m ${mac}`, `mac ${kind} ${mentions.macCell(words)}`);
}

function drawNamespace(drawing: Drawing, ns: Namespace, mark: number): void {
  const { graph, mentions } = drawing;
  const { own, ofLinks } = settingsOf(ns);
  const unknown = [ns.links, ns.addresses, ns.routes, ns.rules, ns.neighbours, ns.bridge, ns.sysctl, ns.nft].map(
    (part) => part === undefined,
  );
  const label = JSON.stringify([mark, own, unknown, mentions.literalOf(ns.key)]);
  const node = graph.node(`n ${ns.key}`, label);
  for (const link of ns.links ?? []) {
    const name = `l ${ns.key} ${link.name}`;
    const { data, slaveData } = link;
    const said = [
      link.kind,
      [...link.flags].sort(),
      link.mtu,
      link.operstate,
      link.isLoopback,
      steady(data),
      steady(slaveData),
      link.xdp,
      link.unread,
      link.group,
      ofLinks.get(link.name),
      mentions.nameCell(ns.key, link.name),
      partsOfLink(ns, link.name),
    ];
    graph.join(node, graph.node(name, JSON.stringify(said)), "link");
    if (link.mac !== null) graph.join(graph.node(name, ""), macNode(drawing, link.mac), "mac");
  }
}

// What the bridge counts and numbers by itself.
function steady(data: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(
    Object.entries(data).filter(([key]) => !/timer|topology|root_|designated|usedbc|^id$|_id$|^no$|_port$/.test(key)),
  );
}

function partsOfLink({ bridge, queues, trafficFilters }: Namespace, name: string): unknown {
  const unnamed = (line: string): string => line.replaceAll(name, "IF");
  return [
    bridge?.ports?.filter((port) => port.interface === name).map(({ line }) => unnamed(line)),
    bridge?.vlans
      ?.filter((vlan) => vlan.interface === name)
      .map(({ id, end, pvid, untagged }) => [id, end, pvid, untagged]),
    queues?.filter((queue) => queue.interface === name).map(({ kind, limit, lossy }) => [kind, limit, lossy]),
    trafficFilters?.filter((filter) => filter.interface === name).map(({ line }) => unnamed(line)),
  ];
}

// Those of IPv6 decide nothing here.
const SETTING = /^net\.ipv4\.(?:conf|neigh)\.(.+)\.(\w+)$/;

function settingsOf({ sysctl, links }: Namespace): { readonly own: string[]; readonly ofLinks: Map<string, string> } {
  const own: string[] = [];
  const ofLinks = new Map<string, string>();
  const names = new Set((links ?? []).flatMap(({ name }) => [name, name.replaceAll(".", "/")]));
  for (const [key, value] of sysctl ?? []) {
    if (key.startsWith("net.ipv6.")) continue;
    const name = SETTING.exec(key)?.[1] ?? "";
    if (!names.has(name)) own.push(`${key}=${value}`);
    else {
      const link = name.replaceAll("/", ".");
      ofLinks.set(link, `${ofLinks.get(link) ?? ""} ${key.replace(`.${name}.`, ".IF.")}=${value}`);
    }
  }
  return { own, ofLinks };
}

function drawCables(drawing: Drawing, ns: Namespace, link: Link): void {
  const { graph, state } = drawing;
  const node = linkNode(drawing, ns.key, link.name);
  if (node === undefined) return;
  if (link.master !== null) graph.join(node, linkNode(drawing, ns.key, link.master), "master");
  const end = otherEnd(state, ns.key, link.name);
  if (end.kind === "peer") graph.join(node, linkNode(drawing, end.netns, end.link.name), end.relation);
  else graph.join(node, graph.node(`end ${end.kind}`, `end ${end.kind}`), "end");
}

function drawAddresses(drawing: Drawing, ns: Namespace): void {
  const { graph } = drawing;
  const counts = new Map<string, number>();
  const order = orderThatMatters(ns);
  for (const own of ns.addresses ?? []) {
    const position = counts.get(own.interface) ?? 0;
    counts.set(own.interface, position + 1);
    const node = graph.add(addressLabel(own, position, order.indexOf(own.interface)));
    graph.join(node, linkNode(drawing, ns.key, own.interface) ?? namespaceNode(drawing, ns.key), "on");
    graph.join(node, addressNode(drawing, own.local), "local");
    if (own.broadcast !== null) graph.join(node, addressNode(drawing, own.broadcast), "broadcast");
    if (own.peer !== null) graph.join(node, addressNode(drawing, own.peer), "peer");
    graph.join(node, prefixNode(drawing, network(own.local, own.prefixLength)), "subnet");
  }
}

// The kernel looks for a source among all links in their order, where the one that it sends by has none (inet_select_addr).
function orderThatMatters({ links = [], addresses = [] }: Namespace): string[] {
  const addressed = new Set(addresses.map((one) => one.interface));
  const isAsked =
    links.some(({ name, master, isLoopback: isLo }) => !isLo && master === null && !addressed.has(name)) ||
    addresses.some(({ scope, local }) => scope !== "global" && !isLoopback(local));
  return isAsked ? links.flatMap(({ name }) => (addressed.has(name) ? [name] : [])) : [];
}

function addressLabel(own: InterfaceAddress, position: number, order: number): string {
  const { prefixLength, scope, secondary, noprefixroute, autojoin } = own;
  return JSON.stringify(["own", prefixLength, scope, secondary, noprefixroute, autojoin, position, order]);
}

function network(address: Ipv4, length: number): Prefix {
  const size = 2 ** (32 - length);
  return { address: (Math.floor(address / size) * size) as Ipv4, length };
}

function drawRoutes(drawing: Drawing, ns: Namespace): void {
  const { graph } = drawing;
  const ranks = new Map<string, number>();
  const owner = namespaceNode(drawing, ns.key);
  for (const route of ns.routes ?? []) {
    const { destination, table, tos, metric } = route;
    const key = `${destination.address}/${destination.length} ${table} ${tos} ${metric}`;
    const rank = ranks.get(key) ?? 0;
    ranks.set(key, rank + 1);
    const node = graph.add(routeLabel(route, rank));
    graph.join(owner, node, "route");
    graph.join(node, prefixNode(drawing, destination), "to");
    if (route.preferredSource !== null) graph.join(node, addressNode(drawing, route.preferredSource), "from");
    for (const { interface: name, gateway, gateway6, ...hop } of route.hops) {
      const way = graph.add(JSON.stringify(["hop", hop, gateway6]));
      graph.join(node, way, "hop");
      if (name !== null) graph.join(way, linkNode(drawing, ns.key, name), "dev");
      if (gateway !== null) graph.join(way, addressNode(drawing, gateway), "via");
    }
  }
}

function routeLabel(route: Route, rank: number): string {
  const { type, table, tos, metric, scope, protocol, mtu, hopLimit, flags, nexthopId, unread } = route;
  const said = [type, table, tos, metric, scope, protocol, mtu, hopLimit, [...flags].sort(), nexthopId, unread, rank];
  return JSON.stringify(said);
}

function drawEntries(drawing: Drawing, ns: Namespace): void {
  const { graph } = drawing;
  const on = (name: string | null): number | undefined =>
    name === null ? namespaceNode(drawing, ns.key) : linkNode(drawing, ns.key, name);
  for (const { interface: name, address, mac, states } of ns.neighbours ?? []) {
    const node = graph.add(`neighbour ${[...states].sort()}`);
    graph.join(node, on(name), "on");
    graph.join(node, addressNode(drawing, address), "of");
    if (mac !== null) graph.join(node, macNode(drawing, mac), "at");
  }
  for (const { interface: name, address } of ns.neighbourProxies ?? []) {
    const node = graph.add("proxy");
    graph.join(node, on(name), "on");
    graph.join(node, addressNode(drawing, address), "of");
  }
  for (const entry of ns.bridge?.fdb ?? []) {
    // Groups of IPv6, each after its member's own address.
    if (formatMac(entry.mac).startsWith("33:33:")) continue;
    const { vlan, local, static: fixed, sticky, destination } = entry;
    const node = graph.add(JSON.stringify(["fdb", vlan, local, fixed, sticky, destination]));
    graph.join(node, on(entry.interface), "on");
    graph.join(node, macNode(drawing, entry.mac), "of");
    if (entry.master !== null) graph.join(node, on(entry.master), "in");
  }
}

// Which prefixes an address lies in decides its routes, wherever they are.
function joinPrefixes({ graph, addresses, prefixes }: Drawing): void {
  const inOrder = [...addresses].sort((a, b) => a - b);
  for (const [name, prefix] of prefixes) {
    const node = graph.node(name, "");
    for (let at = firstFrom(inOrder, prefix.address); at < inOrder.length; at++) {
      const address = inOrder[at] as Ipv4;
      if (!inPrefix(address, prefix)) break;
      graph.join(node, graph.named(`a ${address}`), "holds");
    }
  }
}

function firstFrom(sorted: readonly number[], least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
