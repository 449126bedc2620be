// Hosts that nobody showed, made as the usual ones are: links that lead to each other, no rules, the kernel's defaults.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { Link, Namespace, SystemState } from "../../model/system-state.ts";
import type { Vantage } from "../../model/vantage.ts";
import { linkOf } from "../../system/lookup/peer.ts";
import { linkLine } from "../../system/parse/link.ts";
import { parseState } from "../../system/parse.ts";
import { STATE_FORMAT } from "../../system/state-file.ts";

/** An interface by its namespace and name. */
export interface Socket {
  readonly netns: string;
  readonly name: string;
}

/** The system, with what was made of it so far. */
export interface Made {
  readonly state: SystemState;
  /** Namespaces that nobody showed. */
  readonly invented: ReadonlySet<string>;
}

/** A system to look for faults in. */
export interface Base extends Made {
  readonly asker: string;
  /** Where the captures are in it. */
  readonly places: ReadonlyMap<Vantage, Socket>;
  /** How many plainer systems show as much of the same way. */
  readonly rank: number;
  /** A private source was seen on its way to a public target: who is behind the next router knows no way back to it. */
  readonly untranslated?: true;
  /** The host between a private source and a public target has shown what it translates. */
  readonly translates?: string;
}

const RULES = [
  { priority: 0, src: "all", table: "local" },
  { priority: 32766, src: "all", table: "main" },
  { priority: 32767, src: "all", table: "default" },
];

// What `ip -j` prints of it, as little as the walk asks for.
function device(name: string, index: number): Record<string, unknown> {
  const loopback = name === "lo";
  return {
    ifindex: index,
    ifname: name,
    flags: [loopback ? "LOOPBACK" : "BROADCAST", ...(loopback ? [] : ["MULTICAST"]), "UP", "LOWER_UP"],
    mtu: loopback ? 65536 : 1500,
    operstate: loopback ? "UNKNOWN" : "UP",
    link_type: loopback ? "loopback" : "ether",
    address: loopback ? "00:00:00:00:00:00" : macOf(index),
  };
}

function macOf(index: number): string {
  return `02:00:00:00:${[index >> 8, index & 0xff].map((octet) => octet.toString(16).padStart(2, "0")).join(":")}`;
}

/** A host with nothing but its loopback device. */
export function withHost(made: Made, key: string): Made {
  const namespace = {
    link: [device("lo", 1)],
    addr: [{ ifname: "lo", addr_info: [{ family: "inet", local: "127.0.0.1", prefixlen: 8, scope: "host" }] }],
    route: [
      { type: "local", dst: "127.0.0.0/8", dev: "lo", table: "local", protocol: "kernel", scope: "host", flags: [] },
      { type: "local", dst: "127.0.0.1", dev: "lo", table: "local", protocol: "kernel", scope: "host", flags: [] },
    ],
    rule: RULES,
    neigh: [],
    neighProxy: [],
    nexthop: [],
    bridge: { link: [], fdb: [], vlan: [] },
    sysctl: {},
    nft: { nftables: [] },
    iptables: { nft: "" },
    arptables: "",
    ebtables: "",
    qdisc: [],
    filter: {},
    xfrm: "",
  };
  const { state } = parseState({ pktwhy: STATE_FORMAT, namespaces: { [key]: namespace } }, key);
  const [[, ns] = []] = [...state.namespaces];
  if (ns === undefined) return made;
  return {
    state: { ...made.state, namespaces: new Map([...made.state.namespaces, [key, ns]]) },
    invented: new Set([...made.invented, key]),
  };
}

/** A namespace changed. */
export function withNamespace(made: Made, key: string, change: (ns: Namespace) => Namespace): Made {
  const ns = made.state.namespaces.get(key);
  if (ns === undefined) return made;
  return { ...made, state: { ...made.state, namespaces: new Map([...made.state.namespaces, [key, change(ns)]]) } };
}

/** The host with one more interface, up and with carrier. */
export function withDevice(made: Made, { netns, name }: Socket, more: Partial<Link> = {}): Made {
  return withNamespace(made, netns, (ns) => {
    const index = freshIndex(made);
    const { state } = parseState({ pktwhy: STATE_FORMAT, namespaces: { it: { link: [device(name, index)] } } }, name);
    const [link] = state.namespaces.get("it")?.links ?? [];
    if (link === undefined || linkOf(ns, name) !== undefined) return ns;
    const whole = { ...link, ...more };
    return { ...ns, links: [...(ns.links ?? []), { ...whole, line: linkLine(whole) }] };
  });
}

/** Two interfaces plugged into each other; both must be there. */
export function plugged(made: Made, one: Socket, other: Socket): Made {
  // What stands on an interface names it by its number.
  const [a, b] = [indexOf(made, one) ?? freshIndex(made), indexOf(made, other) ?? freshIndex(made) + 1];
  return towards(towards(made, one, a, { ...other, index: b }), other, b, { ...one, index: a });
}

function indexOf({ state }: Made, { netns, name }: Socket): number | null {
  return state.namespaces.get(netns)?.links?.find((link) => link.name === name)?.index ?? null;
}

function towards(made: Made, at: Socket, index: number, peer: Socket & { index: number }): Made {
  return withNamespace(made, at.netns, (ns) => ({
    ...ns,
    links: ns.links?.map((link) =>
      link.name === at.name
        ? {
            ...link,
            index,
            kind: "veth",
            linkIndex: peer.index,
            linkName: peer.netns === at.netns ? peer.name : null,
            linkNetnsid: null,
            linkNetnsName: peer.netns === at.netns ? null : peer.netns,
          }
        : link,
    ),
  }));
}

/** A bridge with these ports, which all forward. */
export function bridged(made: Made, netns: string, bridge: string, ports: readonly string[]): Made {
  const withBridge = withDevice(made, { netns, name: bridge }, { kind: "bridge" });
  return ports.reduce(
    (one, name) =>
      withNamespace(withDevice(one, { netns, name }), netns, (ns) => ({
        ...ns,
        links: ns.links?.map((link) => (link.name === name ? { ...link, master: bridge } : link)),
        bridge: {
          ports: [...(ns.bridge?.ports ?? []), portOf(name, bridge)],
          fdb: ns.bridge?.fdb ?? [],
          vlans: ns.bridge?.vlans ?? [],
        },
      })),
    withBridge,
  );
}

/** A port as the kernel makes it. */
export function portOf(name: string, bridge: string) {
  return {
    interface: name,
    bridge,
    state: "forwarding",
    hairpin: false,
    isolated: false,
    locked: false,
    flood: true,
    broadcastFlood: true,
    multicastFlood: true,
    learning: true,
    neighSuppress: false,
    line: `${name} master ${bridge} state forwarding`,
  };
}

// Past all that a listing is likely to hold, and nobody's yet.
function freshIndex({ state }: Made): number {
  const used = [...state.namespaces.values()].flatMap(({ links }) => (links ?? []).map(({ index }) => index));
  return Math.max(1000, ...used) + 1;
}

/** The address as it is typed with its prefix length. */
export function withLength(address: Ipv4, length: number): string {
  return `${formatIpv4(address)}/${length}`;
}
