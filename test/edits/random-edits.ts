// Random edits of states that were recorded: names, addresses and rules are mostly those of the state, so that they meet.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { formatIpv4, formatMac, formatPrefix } from "../../src/model/address.ts";
import type { Edit, EditKind, NftChainName, PortFlag, RouteEdit } from "../../src/model/edit.ts";
import type { Namespace, SystemState } from "../../src/model/system-state.ts";
import { parseState } from "../../src/system/parse.ts";
import type { Dice } from "../system/random-routing.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");
const FILES = readdirSync(fixtures)
  .map((name) => join(fixtures, name, "state.json.gz"))
  .filter((file) => existsSync(file));
const parsed = new Map<string, SystemState>();

const DRAWS = 30;

/** A recorded state; for edits of bridges one that has a bridge with ports, for rules of nft one that has a chain. */
export function randomState(dice: Dice, kind?: EditKind): SystemState {
  let state = drawn(dice);
  const wantsBridge = kind === "bridge" || kind === "bridge-port" || kind === "bridge-vlan" || kind === "fdb";
  for (let more = DRAWS; wantsBridge && more > 0 && !hasPorts(state); more--) state = drawn(dice);
  for (let more = DRAWS; kind === "nft-rule" && more > 0 && !hasChains(state); more--) state = drawn(dice);
  for (let more = DRAWS * DRAWS; kind === "wireguard-peer" && more > 0 && !hasPeers(state); more--) state = drawn(dice);
  return state;
}

function hasPeers({ namespaces }: SystemState): boolean {
  return [...namespaces.values()].some(({ peers }) => (peers ?? []).length > 0);
}

function hasPorts({ namespaces }: SystemState): boolean {
  return [...namespaces.values()].some(({ bridge }) => (bridge?.ports ?? []).length > 0);
}

function hasChains({ namespaces }: SystemState): boolean {
  return [...namespaces.values()].some(({ nft }) => (nft?.chains ?? []).length > 0);
}

function drawn(dice: Dice): SystemState {
  const file = dice.of(FILES);
  const known = parsed.get(file) ?? parseState(JSON.parse(gunzipSync(readFileSync(file)).toString()), file).state;
  parsed.set(file, known);
  return { ...known, namespaces: new Map([...known.namespaces].map(([key, ns]) => [key, withVlans(ns)])) };
}

// The kernel of the recordings filters no VLANs: every port is in its default one.
function withVlans(ns: Namespace): Namespace {
  const ports = ns.bridge?.ports ?? [];
  if (!ns.bridge || ports.length === 0) return ns;
  const vlan = { id: 1, end: 1, pvid: true, untagged: true };
  return { ...ns, bridge: { ...ns.bridge, vlans: ports.map((one) => ({ interface: one.interface, ...vlan })) } };
}

/** An edit of this kind that may fit the state, or may be refused. */
export function randomEdit(dice: Dice, state: SystemState, kind: EditKind): Edit {
  const ns = dice.of([...state.namespaces.values()]);
  return MAKE[kind](dice, ns);
}

type Maker = (dice: Dice, ns: Namespace) => Edit;

const MAKE: { readonly [K in EditKind]: Maker } = {
  sysctl: (dice, { key: netns, sysctl, links }) => {
    const keys = ["net.ipv4.ip_forward", "net.ipv4.conf.all.rp_filter", ...(sysctl?.keys() ?? [])];
    const writable = keys.filter((key) => !/net\.ipv6|(?:mtu|bootid)$/.test(key));
    const own = (links ?? []).map((link) => `net.ipv4.conf.${link.name.replaceAll(".", "/")}.rp_filter`);
    const count = 1 + dice.below(2);
    const settings = Array.from({ length: count }, () => ({
      key: dice.of(dice.chance(30) ? keys.slice(0, 2) : [...own, ...writable]),
      value: String(dice.below(3)),
    }));
    return { kind: "sysctl", netns, settings };
  },
  address: (dice, ns) => {
    const known = (ns.addresses ?? []).map((one) => `${formatIpv4(one.local)}/${one.prefixLength}`);
    return {
      kind: "address",
      netns: ns.key,
      verb: dice.of(["add", "add", "del", "del", "replace"] as const),
      address: dice.chance(60) && known.length > 0 ? dice.of(known) : `${host(dice, ns)}/${dice.of([16, 24, 24, 32])}`,
      device: device(dice, ns),
      ...(dice.chance(15) ? { scope: "link" } : {}),
      ...(dice.chance(15) ? { broadcast: "+" } : {}),
      ...(dice.chance(15) ? { noprefixroute: true } : {}),
    };
  },
  route: (dice, ns) => {
    const known = (ns.routes ?? []).map((one) => formatPrefix(one.destination));
    const verb = dice.of(["add", "add", "del", "replace", "append", "change"] as const);
    const shape = dice.below(10);
    const place: Pick<RouteEdit, "kind" | "netns" | "verb" | "destination" | "table" | "metric"> = {
      kind: "route",
      netns: ns.key,
      verb,
      destination: dice.of(["default", `${host(dice, ns)}/32`, "10.9.0.0/16", ...known]),
      ...(dice.chance(15) ? { table: dice.of(["100", "local"]) } : {}),
      ...(dice.chance(20) ? { metric: dice.of([5, 10]) } : {}),
    };
    if (shape === 0) return { ...place, type: dice.of(["blackhole", "unreachable", "prohibit", "throw"] as const) };
    if (shape === 1)
      return {
        ...place,
        nexthops: [0, 1].map(() => ({ via: host(dice, ns), device: device(dice, ns), onlink: true, weight: 1 })),
      };
    return {
      ...place,
      ...(dice.chance(60) ? { via: host(dice, ns) } : {}),
      ...(dice.chance(70) ? { device: device(dice, ns) } : {}),
      ...(dice.chance(15) ? { source: host(dice, ns) } : {}),
      ...(dice.chance(15) ? { mtu: 1400 } : {}),
      ...(dice.chance(10) ? { onlink: true } : {}),
    };
  },
  "route-cache": (_, { key: netns }) => ({ kind: "route-cache", netns }),
  rule: (dice, ns) => {
    const known = (ns.rules ?? []).map((one) => one.priority);
    if (dice.chance(40)) return { kind: "rule", netns: ns.key, verb: "del", priority: dice.of([...known, 99]) };
    return {
      kind: "rule",
      netns: ns.key,
      verb: "add",
      ...(dice.chance(60) ? { priority: dice.of([0, 99, 1000]) } : {}),
      ...(dice.chance(60)
        ? { from: dice.of([host(dice, ns), `${host(dice, ns)}/24`.replace(/\d+\/24/, "0/24")]) }
        : {}),
      ...(dice.chance(40) ? { to: host(dice, ns) } : {}),
      ...(dice.chance(20) ? { iif: device(dice, ns) } : {}),
      ...(dice.chance(20) ? { mark: dice.of(["0x1", "0x2/0x3"]) } : {}),
      ...(dice.chance(80)
        ? { table: dice.of(["100", "main", "local"]) }
        : { action: dice.of(["blackhole", "prohibit", "unreachable"] as const) }),
    };
  },
  neighbour: (dice, ns) => {
    const known = (ns.neighbours ?? []).map((one) => ({ address: formatIpv4(one.address), device: one.interface }));
    const place =
      dice.chance(60) && known.length > 0 ? dice.of(known) : { address: host(dice, ns), device: device(dice, ns) };
    const verb = dice.of(["add", "replace", "del", "flush"] as const);
    if (verb === "flush")
      return {
        kind: "neighbour",
        netns: ns.key,
        verb,
        ...(dice.chance(50) ? { device: place.device } : {}),
        ...(dice.chance(50) ? { address: place.address } : {}),
      };
    if (dice.chance(15))
      return { kind: "neighbour", netns: ns.key, verb: dice.of(["add", "del"] as const), ...place, proxy: true };
    if (verb === "del") return { kind: "neighbour", netns: ns.key, verb, ...place };
    return {
      kind: "neighbour",
      netns: ns.key,
      verb,
      ...place,
      mac: mac(dice),
      ...(dice.chance(70) ? { state: dice.of(["permanent", "reachable", "noarp"]) } : {}),
    };
  },
  link: (dice, ns) => {
    const bridges = (ns.links ?? []).filter((link) => link.kind === "bridge").map((link) => link.name);
    const place = { kind: "link", netns: ns.key, device: device(dice, ns) } as const;
    switch (dice.below(bridges.length === 0 ? 5 : 8)) {
      case 0:
        return { ...place, arp: dice.chance(50) };
      case 1:
        return { ...place, mtu: dice.of([576, 1400, 1500]) };
      case 2:
        return { ...place, mac: mac(dice) };
      case 5:
        return { ...place, master: null };
      case 6:
        return { ...place, master: dice.of(bridges) };
      default:
        return { ...place, up: dice.chance(50) };
    }
  },
  bridge: (dice, ns) => {
    const bridges = (ns.links ?? []).filter((link) => link.kind === "bridge").map((link) => link.name);
    const options: Record<string, number> = dice.of([
      { stp_state: dice.below(2) },
      { forward_delay: 200 },
      { vlan_filtering: dice.below(2) },
    ]);
    return { kind: "bridge", netns: ns.key, device: dice.of([...bridges, ...bridges, "br0"]), options };
  },
  "bridge-port": (dice, ns) => {
    const flags: PortFlag[] = [
      "hairpin",
      "learning",
      "flood",
      "mcast_flood",
      "bcast_flood",
      "neigh_suppress",
      "isolated",
      "locked",
    ];
    const place = { kind: "bridge-port", netns: ns.key, device: port(dice, ns) } as const;
    return dice.chance(25)
      ? { ...place, state: dice.of([0, 3, 4] as const) }
      : { ...place, flags: { [dice.of(flags)]: dice.chance(50), [dice.of(flags)]: dice.chance(50) } };
  },
  "bridge-vlan": (dice, ns) => ({
    kind: "bridge-vlan",
    netns: ns.key,
    verb: dice.of(["add", "add", "del"] as const),
    device: port(dice, ns),
    vid: 1 + dice.below(4),
    ...(dice.chance(40) ? { pvid: true } : {}),
    ...(dice.chance(40) ? { untagged: true } : {}),
  }),
  fdb: (dice, ns) => {
    const known = (ns.bridge?.fdb ?? []).map((one) => ({
      mac: formatMac(one.mac),
      device: one.interface,
      master: one.master !== null,
    }));
    const place =
      dice.chance(60) && known.length > 0
        ? dice.of(known)
        : { mac: mac(dice), device: port(dice, ns), master: dice.chance(90) };
    return {
      kind: "fdb",
      netns: ns.key,
      verb: dice.of(["add", "del", "replace"] as const),
      mac: place.mac,
      device: place.device,
      ...(place.master ? { master: true } : {}),
      ...(dice.chance(60) ? { state: dice.of(["static", "permanent", "dynamic"] as const) } : {}),
    };
  },
  "wireguard-peer": (dice, ns) => {
    const known = (ns.peers ?? []).map(({ interface: device, key }) => ({ device, key }));
    const { device, key } = known.length > 0 ? dice.of(known) : { device: "wg0", key: "KEY" };
    const given = (ns.peers ?? []).flatMap(({ listed }) => listed);
    const allowed = [...new Set([`${host(dice, ns)}/32`, ...(given.length > 0 ? [dice.of(given)] : [])])];
    return { kind: "wireguard-peer", netns: ns.key, device, peer: dice.chance(90) ? key : "OTHER", allowed };
  },
  "nft-rule": (dice, ns) => {
    const chains = (ns.nft?.chains ?? []).map((one) => ({
      family: one.family,
      table: one.table,
      name: one.name,
      handles: one.rules.flatMap((rule) => rule.handle ?? []),
    }));
    const { handles, ...chain } = dice.of(
      chains.length > 0 ? chains : [{ family: "inet", table: "filter", name: "input", handles: [] }],
    );
    const handle = dice.of([...handles, 99]);
    const verb = dice.of(["delete", "insert", "add", "replace"] as const);
    const rule = dice.of(NFT_RULES);
    if (verb === "delete") return { kind: "nft-rule", netns: ns.key, verb, chain, handle };
    return {
      kind: "nft-rule",
      netns: ns.key,
      verb,
      chain,
      rule,
      ...(verb === "replace" || dice.chance(50) ? { handle } : {}),
    };
  },
  "tables-rule": (dice, ns) => {
    const chain = dice.of(["INPUT", "FORWARD", "OUTPUT"]);
    const verb = dice.of(["insert", "append", "delete"] as const);
    const place = {
      kind: "tables-rule",
      netns: ns.key,
      tool: dice.of(["iptables", "iptables", "iptables-legacy"] as const),
      verb,
      chain,
    } as const;
    const rules = (ns.iptables?.nft ?? ns.iptables?.legacy ?? "")
      .split("\n")
      .flatMap((line) => /-A (?:INPUT|FORWARD|OUTPUT) (.*)/.exec(line)?.[1] ?? []);
    if (verb === "delete" && dice.chance(40)) return { ...place, number: 1 + dice.below(2) };
    return {
      ...place,
      rule: dice.of(["-p icmp -j ACCEPT", "-s 10.0.0.0/8 -i veth1 -j ACCEPT", ...rules]),
      ...(verb === "insert" && dice.chance(30) ? { number: 1 + dice.below(2) } : {}),
    };
  },
  policy: (dice, ns) => {
    const chains: NftChainName[] = (ns.nft?.chains ?? []).map((one) => ({
      family: one.family,
      table: one.table,
      name: one.name,
    }));
    const tables = { tool: "iptables", name: dice.of(["INPUT", "FORWARD"]) } as const;
    return {
      kind: "policy",
      netns: ns.key,
      policy: dice.of(["accept", "drop"] as const),
      chain: dice.of([tables, ...chains]),
    };
  },
  nat: (dice, ns) => {
    const change = dice.of(["masquerade", "snat", "dnat"] as const);
    return {
      kind: "nat",
      netns: ns.key,
      tool: dice.of(["nft", "iptables"] as const),
      change,
      ...(change === "masquerade" ? {} : { address: host(dice, ns) }),
      ...(change === "dnat"
        ? { destination: host(dice, ns), ...(dice.chance(50) ? { inInterface: device(dice, ns) } : {}) }
        : { source: "10.0.0.0/8", outInterface: device(dice, ns) }),
    };
  },
  question: (dice, ns) => ({
    kind: "question",
    netns: ns.key,
    target: host(dice, ns),
    ...(dice.chance(40) ? { bind: dice.of([null, host(dice, ns), device(dice, ns)]) } : {}),
    ...(dice.chance(30) ? { payload: 1372 } : {}),
    ...(dice.chance(30) ? { discovery: "do" } : {}),
  }),
};

const NFT_RULES = [
  "accept",
  "icmp type { echo-request, echo-reply } accept",
  "ip saddr 10.0.0.1 ip daddr 10.0.0.2 accept",
  'iifname "veth1" oifname "veth2" accept',
  "ct state established,related accept",
  "ip saddr 10.0.0.0/8 counter drop",
];

function device(dice: Dice, ns: Namespace): string {
  const names = (ns.links ?? []).map((link) => link.name);
  return dice.of([...names, ...names, "none0"]);
}

function port(dice: Dice, ns: Namespace): string {
  const names = (ns.links ?? []).filter((link) => link.master !== null).map((link) => link.name);
  return names.length === 0 ? device(dice, ns) : dice.of([...names, ...names, device(dice, ns)]);
}

function host(dice: Dice, ns: Namespace): string {
  const known = (ns.addresses ?? []).map((one) => one.local).filter((address) => address >>> 24 !== 127);
  if (known.length === 0 || dice.chance(20)) return `10.0.${dice.below(3)}.${1 + dice.below(9)}`;
  const own = dice.of(known);
  if (dice.chance(30)) return formatIpv4(own);
  return formatIpv4((((own & 0xffffff00) | (1 + dice.below(20))) >>> 0) as typeof own);
}

function mac(dice: Dice): string {
  return `02:00:00:00:00:${(16 + dice.below(200)).toString(16)}`;
}
