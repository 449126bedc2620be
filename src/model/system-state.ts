// The system as its own tools describe it, parsed. A field that is undefined is unknown, never empty (state file contract).

import type { Ipv4, Mac, Prefix } from "./address.ts";
import type { NftRuleset } from "./nft-ruleset.ts";
import type { Nanoseconds } from "./time.ts";

export interface SystemState {
  readonly takenAt: Nanoseconds | null;
  readonly kernel: string | null;
  /** By key: "" is the namespace the state was taken in; others by name or `pid-N`. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
}

export interface Namespace {
  readonly key: string;
  readonly inode: number | null;
  /** Ids that this namespace gives to others (`ip netns list-id`): nsid to namespace name or null. */
  readonly nsids: ReadonlyMap<number, string | null> | undefined;
  /** The id the collecting namespace gives to this one. */
  readonly nsid: number | null;
  readonly links: readonly Link[] | undefined;
  readonly addresses: readonly InterfaceAddress[] | undefined;
  readonly routes: readonly Route[] | undefined;
  /** Path MTUs that the kernel has learned (`ip route show table all cache`). */
  readonly learnedMtus?: readonly LearnedMtu[] | undefined;
  readonly rules: readonly Rule[] | undefined;
  readonly neighbours: readonly Neighbour[] | undefined;
  readonly neighbourProxies: readonly NeighbourProxy[] | undefined;
  readonly nexthops: readonly NexthopObject[] | undefined;
  readonly bridge: BridgeState | undefined;
  /** Keys as `sysctl -a` prints them. */
  readonly sysctl: ReadonlyMap<string, string> | undefined;
  /** Those of its keys that nobody said, at the kernel's defaults; only where a paste was completed. */
  readonly assumedSysctl?: ReadonlySet<string>;
  readonly nft: NftRuleset | undefined;
  readonly iptables: { readonly nft?: string; readonly legacy?: string } | undefined;
  readonly arptables: string | undefined;
  readonly ebtables: string | undefined;
  readonly conntrack: string | undefined;
  readonly qdisc: unknown;
  readonly filter: unknown;
  readonly xfrm: string | undefined;
  readonly counters: ReadonlyMap<string, number> | undefined;
  readonly kernelLog: readonly string[] | undefined;
  /** Why a part is absent, by key. */
  readonly missing: ReadonlyMap<string, string>;
  /** What of this was typed by a person as commands and replayed: quoted as "state (from your command)". */
  readonly replayed: boolean;
}

export interface Link {
  readonly index: number;
  readonly name: string;
  readonly flags: ReadonlySet<string>;
  readonly mtu: number | null;
  readonly operstate: string | null;
  readonly mac: Mac | null;
  readonly isLoopback: boolean;
  /** Name of the bridge, bond or VRF it is enslaved to. */
  readonly master: string | null;
  /** `linkinfo.info_kind`: veth, bridge, vlan, macvlan, vxlan, dummy…; null for plain devices. */
  readonly kind: string | null;
  /** `linkinfo.info_data`, as it came. */
  readonly data: Readonly<Record<string, unknown>>;
  /** `linkinfo.info_slave_data`, as it came. */
  readonly slaveData: Readonly<Record<string, unknown>>;
  /** Index of the other end or lower device, in the namespace `linkNetnsid` names (or in this one). */
  readonly linkIndex: number | null;
  /** Name of that device where iproute2 resolved it (same namespace). */
  readonly linkName: string | null;
  readonly linkNetnsid: number | null;
  /** Name of that namespace where iproute2 printed one. */
  readonly linkNetnsName: string | null;
  readonly promiscuity: number;
  readonly xdp: boolean;
  /** Device group by name or number (`default` is 0); absent where unknown. */
  readonly group?: string;
  readonly statistics: ReadonlyMap<string, number> | undefined;
  /** As a person would quote it: `veth0@veth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP`. */
  readonly line: string;
}

export interface InterfaceAddress {
  readonly interface: string;
  readonly local: Ipv4;
  readonly prefixLength: number;
  readonly peer: Ipv4 | null;
  readonly broadcast: Ipv4 | null;
  /** global, link, host, or a number as text. */
  readonly scope: string;
  readonly secondary: boolean;
  readonly noprefixroute: boolean;
  /** `inet 192.168.2.11/24 scope global veth0`. */
  readonly line: string;
}

export type RouteType =
  | "unicast"
  | "local"
  | "broadcast"
  | "multicast"
  | "anycast"
  | "blackhole"
  | "unreachable"
  | "prohibit"
  | "throw"
  | "nat"
  | "unknown";

export interface RouteHop {
  readonly interface: string | null;
  readonly gateway: Ipv4 | null;
  /** An IPv6 gateway of an IPv4 route (`via inet6`), as text; then `gateway` is null though the hop is not on-link. */
  readonly gateway6?: string;
  readonly weight: number;
  readonly onlink: boolean;
  readonly dead: boolean;
  readonly linkdown: boolean;
}
export interface Route {
  readonly type: RouteType;
  readonly destination: Prefix;
  /** `local`, `main`, `default` or a number as text. */
  readonly table: string;
  readonly tos: number;
  readonly metric: number;
  readonly preferredSource: Ipv4 | null;
  readonly scope: string;
  readonly protocol: string | null;
  readonly mtu: number | null;
  readonly flags: ReadonlySet<string>;
  readonly nexthopId: number | null;
  /** One for a plain route, several for multipath, none for reject types. */
  readonly hops: readonly RouteHop[];
  /** Order in the dump: equal prefix and metric, the earlier wins. */
  readonly order: number;
  /** `192.168.2.0/24 dev veth0 proto kernel scope link src 192.168.2.11`, with ` table N` when not main. */
  readonly line: string;
}

/** A route exception: a router on the way has told that it can carry no more. */
export interface LearnedMtu {
  readonly destination: Ipv4;
  readonly interface: string | null;
  readonly gateway: Ipv4 | null;
  readonly mtu: number;
  /** `10.0.2.2 via 10.0.1.254 dev veth0 cache expires 599sec mtu 1400`. */
  readonly line: string;
}

export interface NexthopObject {
  readonly id: number;
  readonly interface: string | null;
  readonly gateway: Ipv4 | null;
  readonly blackhole: boolean;
  readonly group: readonly { readonly id: number; readonly weight: number }[];
  readonly flags: ReadonlySet<string>;
}

export interface Rule {
  readonly priority: number;
  readonly not: boolean;
  readonly from: Prefix;
  readonly to: Prefix;
  readonly iif: string | null;
  readonly oif: string | null;
  readonly mark: { readonly value: number; readonly mask: number } | null;
  readonly tos: number;
  readonly uidRange: { readonly start: number; readonly end: number } | null;
  /** `icmp`, `tcp`…; ports make the rule unfit for ICMP. */
  readonly ipProtocol: string | null;
  readonly hasPorts: boolean;
  readonly l3mdev: boolean;
  readonly suppressPrefixLength: number | null;
  readonly suppressIfGroup: string | null;
  readonly action:
    | { readonly kind: "lookup"; readonly table: string }
    | { readonly kind: "blackhole" | "unreachable" | "prohibit" | "nop" }
    | { readonly kind: "goto"; readonly target: number };
  /** `32766: from all lookup main`. */
  readonly line: string;
}

export interface Neighbour {
  readonly interface: string;
  readonly address: Ipv4;
  readonly mac: Mac | null;
  /** REACHABLE, STALE, DELAY, PROBE, INCOMPLETE, FAILED, PERMANENT, NOARP, NONE. */
  readonly states: ReadonlySet<string>;
  readonly line: string;
}
export interface NeighbourProxy {
  readonly interface: string | null;
  readonly address: Ipv4;
  readonly line: string;
}

export interface BridgeState {
  readonly ports: readonly BridgePort[] | undefined;
  readonly fdb: readonly FdbEntry[] | undefined;
  readonly vlans: readonly BridgeVlan[] | undefined;
}
export interface BridgePort {
  readonly interface: string;
  readonly bridge: string;
  /** disabled, listening, learning, forwarding, blocking. */
  readonly state: string;
  readonly hairpin: boolean;
  readonly isolated: boolean;
  readonly locked: boolean;
  readonly flood: boolean;
  readonly broadcastFlood: boolean;
  readonly multicastFlood: boolean;
  readonly learning: boolean;
  readonly neighSuppress: boolean;
  readonly line: string;
}
export interface FdbEntry {
  readonly mac: Mac;
  readonly interface: string;
  readonly master: string | null;
  readonly vlan: number | null;
  /** `permanent` in iproute2's output. */
  readonly local: boolean;
  readonly static: boolean;
  readonly sticky: boolean;
  readonly destination: string | null;
  readonly line: string;
}
export interface BridgeVlan {
  readonly interface: string;
  readonly id: number;
  readonly end: number;
  readonly pvid: boolean;
  readonly untagged: boolean;
}
