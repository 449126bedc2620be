// A state that is known already, taken into the network in which commands are replayed: all of its tables.

import { formatIpv4, formatMac, formatPrefix, type Prefix } from "../../model/address.ts";
import type {
  BridgePort,
  BridgeVlan,
  FdbEntry,
  InterfaceAddress,
  Link,
  Namespace,
  Neighbour,
  NeighbourProxy,
  Route,
  RouteHop,
  Rule,
  SystemState,
} from "../../model/system-state.ts";
import { knowsLocalTable } from "../../system/lookup/owner.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import type { Fields } from "../../system/parse/shape.ts";
import { type LinkModel, type NamespaceModel, PastedNetwork, type Told } from "./network.ts";

/** The network as this state shows it; what a command does not change comes out of it as it went in. */
export function networkOf(state: SystemState): PastedNetwork {
  const network = new PastedNetwork();
  for (const ns of state.namespaces.values()) takeNamespace(network, ns);
  for (const ns of state.namespaces.values())
    for (const link of ns.links ?? []) {
      const end = otherEnd(state, ns.key, link.name);
      const model = network.namespace(ns.key).links.get(link.name);
      if (model && end.kind === "peer") model.peer = network.namespace(end.netns).links.get(end.link.name) ?? null;
    }
  return network;
}

function takeNamespace(network: PastedNetwork, ns: Namespace): void {
  const model = network.namespace(ns.key);
  model.given = ns;
  model.linksListed = ns.links !== undefined;
  model.addressesListed = ns.addresses !== undefined;
  for (const link of ns.links ?? []) takeLink(network, model, link, ns);
  model.routes = (ns.routes ?? []).map((route) => ({ fields: routeFields(route), typed: null, kept: route }));
  if (ns.routes !== undefined) {
    for (const table of ["main", "default", ...ns.routes.map((route) => route.table)]) model.tablesListed.add(table);
    if (!knowsLocalTable(ns)) model.tablesListed.delete("local");
  }
  model.rules = told(ns.rules, ruleFields);
  model.rulesListed = ns.rules !== undefined;
  model.neighbours = told(ns.neighbours, neighbourFields);
  model.proxies = told(ns.neighbourProxies, proxyFields);
  model.bridgeLinks = ns.bridge?.ports?.map((port) => ({ fields: portFields(port), typed: null }));
  model.fdb = told(ns.bridge?.fdb, fdbFields);
  model.vlans = ns.bridge?.vlans && vlanFields(ns.bridge.vlans);
  for (const [key, value] of ns.sysctl ?? []) model.sysctl.set(key, value);
  model.iptables = ns.iptables;
  model.nft = ns.nft;
  for (const [key, why] of ns.missing) model.missing.set(key, why);
}

function told<T extends object>(list: readonly T[] | undefined, fields: (one: T) => Fields): Told[] | undefined {
  return list?.map((one) => ({ fields: fields(one), typed: null, kept: one }));
}

function takeLink(network: PastedNetwork, model: NamespaceModel, given: Link, ns: Namespace): void {
  const link: LinkModel = network.addLink(model, given.name, given.isLoopback ? "loopback" : given.kind);
  link.given = given;
  link.index = given.index;
  link.kind = given.kind;
  link.flags = new Set(given.flags);
  link.up = given.flags.has("UP");
  link.carrier = !given.flags.has("NO-CARRIER");
  link.master = given.master;
  link.fields = {
    link_type: given.isLoopback ? "loopback" : "ether",
    ...(given.mtu === null ? {} : { mtu: given.mtu }),
    ...(given.operstate === null ? {} : { operstate: given.operstate }),
    ...(given.mac === null ? {} : { address: formatMac(given.mac) }),
    info_data: { ...given.data },
    info_slave_data: { ...given.slaveData },
    ...(given.xdp ? { xdp: { mode: 1 } } : {}),
  };
  link.addresses =
    ns.addresses &&
    (told(
      ns.addresses.filter((one) => one.interface === given.name),
      addressFields,
    ) as Told[]);
}

function addressFields(one: InterfaceAddress): Fields {
  return {
    family: "inet",
    local: formatIpv4(one.local),
    ...(one.peer === null ? {} : { address: formatIpv4(one.peer) }),
    prefixlen: one.prefixLength,
    ...(one.broadcast === null ? {} : { broadcast: formatIpv4(one.broadcast) }),
    scope: one.scope,
    ...(one.secondary ? { secondary: true } : {}),
    ...(one.noprefixroute ? { noprefixroute: true } : {}),
    label: one.interface,
  };
}

function routeFields(route: Route): Fields {
  const [hop, second] = route.hops;
  return {
    type: route.type,
    dst: formatPrefix(route.destination),
    table: route.table,
    protocol: route.protocol,
    scope: route.scope,
    ...(route.preferredSource === null ? {} : { prefsrc: formatIpv4(route.preferredSource) }),
    ...(route.metric === 0 ? {} : { metric: route.metric }),
    ...(route.tos === 0 ? {} : { tos: route.tos }),
    ...(route.mtu === null ? {} : { metrics: [{ mtu: route.mtu }] }),
    ...(route.nexthopId === null ? {} : { nhid: route.nexthopId }),
    ...(second === undefined
      ? { ...(hop && hopFields(hop)), flags: [...route.flags] }
      : { nexthops: route.hops.map(hopFields), flags: [...route.flags] }),
  };
}

function hopFields(hop: RouteHop): Record<string, unknown> {
  return {
    ...(hop.interface === null ? {} : { dev: hop.interface }),
    ...(hop.gateway === null ? {} : { gateway: formatIpv4(hop.gateway) }),
    ...(hop.gateway6 === undefined ? {} : { via: { family: "inet6", host: hop.gateway6 } }),
    weight: hop.weight,
    flags: [...(hop.onlink ? ["onlink"] : []), ...(hop.dead ? ["dead"] : []), ...(hop.linkdown ? ["linkdown"] : [])],
  };
}

// What a command is compared with; the rule itself is kept.
function ruleFields(rule: Rule): Fields {
  const { action } = rule;
  return {
    priority: rule.priority,
    ...prefixFields("src", rule.from),
    ...prefixFields("dst", rule.to),
    ...(rule.iif === null ? {} : { iif: rule.iif }),
    ...(rule.oif === null ? {} : { oif: rule.oif }),
    ...(rule.mark === null ? {} : { fwmark: rule.mark.value, fwmask: rule.mark.mask }),
    ...(action.kind === "lookup" ? { table: action.table } : action.kind === "goto" ? {} : { action: action.kind }),
  };
}

function prefixFields(key: "src" | "dst", prefix: Prefix): Fields {
  if (prefix.length === 0) return key === "src" ? { src: "all" } : {};
  return { [key]: formatIpv4(prefix.address), [`${key}len`]: prefix.length };
}

function neighbourFields(one: Neighbour): Fields {
  return {
    dst: formatIpv4(one.address),
    dev: one.interface,
    ...(one.mac === null ? {} : { lladdr: formatMac(one.mac) }),
    state: [...one.states],
  };
}

function proxyFields(one: NeighbourProxy): Fields {
  return { dst: formatIpv4(one.address), ...(one.interface === null ? {} : { dev: one.interface }), proxy: null };
}

function portFields(port: BridgePort): Fields {
  return {
    ifname: port.interface,
    master: port.bridge,
    state: port.state,
    hairpin: port.hairpin,
    isolated: port.isolated,
    locked: port.locked,
    flood: port.flood,
    bcast_flood: port.broadcastFlood,
    mcast_flood: port.multicastFlood,
    learning: port.learning,
    neigh_suppress: port.neighSuppress,
  };
}

function fdbFields(entry: FdbEntry): Fields {
  return {
    mac: formatMac(entry.mac),
    ifname: entry.interface,
    ...(entry.master === null ? {} : { master: entry.master }),
    ...(entry.vlan === null ? {} : { vlan: entry.vlan }),
    state: entry.local ? "permanent" : entry.static ? "static" : "",
    flags: [],
  };
}

function vlanFields(vlans: readonly BridgeVlan[]): Fields[] {
  const names = [...new Set(vlans.map((vlan) => vlan.interface))];
  return names.map((ifname) => ({
    ifname,
    vlans: vlans
      .filter((vlan) => vlan.interface === ifname)
      .map(({ id, end, pvid, untagged }) => ({
        vlan: id,
        ...(end === id ? {} : { vlanEnd: end }),
        flags: [...(pvid ? ["PVID"] : []), ...(untagged ? ["Egress Untagged"] : [])],
      })),
  }));
}
