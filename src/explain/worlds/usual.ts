// A system that somebody showed in part, with the usual value for all that is not shown: the kernel's defaults, the routes
// that its addresses bring, no rules, ports that forward.

import { applyAll } from "../../edits/edits.ts";
import { formatIpv4 } from "../../model/address.ts";
import type { Edit } from "../../model/edit.ts";
import type { InterfaceAddress, Link, Namespace, SystemState } from "../../model/system-state.ts";
import { withDefaults } from "../../system/assume-defaults.ts";
import { parseState } from "../../system/parse.ts";
import { STATE_FORMAT } from "../../system/state-file.ts";
import { bridged, type Made, portOf, withDevice, withHost, withNamespace } from "./made.ts";

import { withUnlistedChains } from "./unlisted-chains.ts";

const EMPTY = "usual";

/** All namespaces completed. */
export function completed(state: SystemState | null): Made {
  const bare: Made = { state: state ?? { takenAt: null, kernel: null, namespaces: new Map() }, invented: new Set() };
  const made = [...bare.state.namespaces.keys()].reduce((one, key) => withParts(withLinks(one, key), key), bare);
  return { ...made, state: withDefaults(made.state) ?? made.state };
}

// Interfaces that addresses, routes and ports name, and that no listing of links shows.
function withLinks(made: Made, key: string): Made {
  const ns = made.state.namespaces.get(key) as Namespace;
  const listed = withNamespace(made, key, (one) => ({ ...one, links: one.links ?? [] }));
  const masters = (ns.links ?? []).flatMap(({ master }) => (master === null ? [] : [master]));
  const named = [
    "lo",
    ...(ns.addresses ?? []).map((address) => address.interface),
    ...(ns.neighbours ?? []).map((entry) => entry.interface),
    ...(ns.routes ?? []).flatMap(({ hops }) => hops.flatMap((hop) => hop.interface ?? [])),
  ];
  const withBridges = masters.reduce((one, name) => bridged(one, key, name, []), listed);
  return named.reduce((one, name) => withDevice(one, { netns: key, name }, byName(name)), withBridges);
}

// What drivers and VPN programs call their tunnels: an interface of that name has no Ethernet, and asks nobody by ARP.
const TUNNEL = /^(?:tun|wg|ppp|tailscale|nebula)\d+$/;

function byName(name: string): Partial<Link> {
  if (name === "lo") return { isLoopback: true };
  return TUNNEL.test(name) ? { flags: new Set(["POINTOPOINT", "MULTICAST", "NOARP", "UP", "LOWER_UP"]) } : {};
}

function withParts(made: Made, key: string): Made {
  const { state } = withHost({ state: { ...made.state, namespaces: new Map() }, invented: new Set() }, EMPTY);
  const usual = state.namespaces.get(EMPTY) as Namespace;
  const ported = withNamespace(made, key, (ns) => {
    const ports = (ns.links ?? []).flatMap(({ name, master }) =>
      master === null || ns.bridge?.ports?.some((port) => port.interface === name) ? [] : [portOf(name, master)],
    );
    return {
      ...ns,
      rules: ns.rules ?? usual.rules,
      neighbours: ns.neighbours ?? [],
      neighbourProxies: ns.neighbourProxies ?? [],
      nexthops: ns.nexthops ?? [],
      bridge: { fdb: [], vlans: [], ...ns.bridge, ports: [...(ns.bridge?.ports ?? []), ...ports] },
      nft: ns.nft ?? usual.nft,
      iptables: ns.iptables === undefined ? usual.iptables : mapped(ns.iptables, withUnlistedChains),
      arptables: ns.arptables ?? "",
      ebtables: ns.ebtables ?? "",
      sysctl: ns.sysctl ?? new Map(),
    };
  });
  return withUsualRoutes(ported, key, usual);
}

// fib_add_ifaddr: an address brings the route of its subnet, with itself as the source.
function addressesByRoutes({ key, routes }: Namespace): InterfaceAddress[] {
  const lines = (routes ?? []).flatMap(({ destination, preferredSource: source, protocol, hops }) => {
    const [hop] = hops;
    const isOwn = protocol === "kernel" && hop?.interface && hop.gateway === null && source !== null;
    return isOwn ? [{ ifname: hop.interface, address: `${formatIpv4(source)}`, length: destination.length }] : [];
  });
  const addr = lines.map(({ ifname, address, length }) => ({
    ifname,
    addr_info: [{ family: "inet", local: address, prefixlen: length, scope: "global" }],
  }));
  const { state } = parseState({ pktwhy: STATE_FORMAT, namespaces: { [key]: { addr } } }, key);
  return [...(state.namespaces.get(key)?.addresses ?? [])];
}

function mapped(tables: NonNullable<Namespace["iptables"]>, change: (saved: string) => string) {
  const { nft, legacy } = tables;
  return {
    ...(nft === undefined ? {} : { nft: change(nft) }),
    ...(legacy === undefined ? {} : { legacy: change(legacy) }),
  };
}

// Without table local the addresses stand in for it; without any route, what they bring does.
function withUsualRoutes(made: Made, key: string, usual: Namespace): Made {
  const ns = made.state.namespaces.get(key) as Namespace;
  const { addresses } = ns;
  if (addresses === undefined)
    return withNamespace(made, key, (one) => ({
      ...one,
      addresses: [...(usual.addresses ?? []), ...addressesByRoutes(one)],
      routes: one.routes ?? usual.routes,
    }));
  if (ns.routes !== undefined) return made;
  const edits = addresses.map(
    (one): Edit => ({
      kind: "address",
      netns: key,
      verb: "add",
      address: `${formatIpv4(one.local)}/${one.prefixLength}`,
      device: one.interface,
    }),
  );
  const emptied = withNamespace(made, key, (one) => ({ ...one, addresses: [], routes: [] }));
  const state = applyAll(emptied.state, edits);
  return state === null ? made : withNamespace({ ...emptied, state }, key, (one) => ({ ...one, addresses }));
}
