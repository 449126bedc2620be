// A change that somebody can type: of the system or of the question. Pure data that JSON can hold; its faces (what it
// does to a state, the command, how to undo and to keep it) are in edits/.

import type { RouteType } from "./system-state.ts";

/** Where an edit is typed: a key of the state's namespaces, null where it is not known which. */
interface Placed {
  readonly netns: string | null;
}

/** `sysctl -w KEY=VALUE …`; keys as `sysctl -a` prints them. */
export interface SysctlEdit extends Placed {
  readonly kind: "sysctl";
  readonly settings: readonly { readonly key: string; readonly value: string }[];
}

/** `ip addr add|del|replace ADDRESS/LENGTH dev IF`. */
export interface AddressEdit extends Placed {
  readonly kind: "address";
  readonly verb: "add" | "del" | "replace";
  /** With its length; without one it is a /32. */
  readonly address: string;
  readonly device: string;
  readonly peer?: string;
  readonly broadcast?: string;
  readonly scope?: string;
  readonly noprefixroute?: true;
  readonly autojoin?: true;
}

/** A next hop of a multipath route. */
interface EditedHop {
  readonly via?: string;
  readonly device?: string;
  readonly weight?: number;
  readonly onlink?: true;
}

/** `ip route add|replace|change|append|del …`. */
export interface RouteEdit extends Placed {
  readonly kind: "route";
  readonly verb: "add" | "replace" | "change" | "append" | "del";
  /** Absent is unicast. */
  readonly type?: RouteType;
  /** A prefix, an address or `default`. */
  readonly destination: string;
  readonly via?: string;
  readonly device?: string;
  readonly source?: string;
  readonly table?: string;
  readonly metric?: number;
  readonly mtu?: number;
  readonly tos?: number;
  readonly scope?: string;
  readonly protocol?: string;
  readonly onlink?: true;
  readonly nexthops?: readonly EditedHop[];
}

/** `ip route flush cache`: the path MTUs and redirects that were learned. */
export interface RouteCacheEdit extends Placed {
  readonly kind: "route-cache";
}

/** `ip rule add|del …`; a rule is deleted by its priority, or by all that is said of it. */
export interface RuleEdit extends Placed {
  readonly kind: "rule";
  readonly verb: "add" | "del";
  readonly priority?: number;
  readonly not?: true;
  readonly from?: string;
  readonly to?: string;
  readonly iif?: string;
  readonly oif?: string;
  /** `0x1` or `0x1/0xff`. */
  readonly mark?: string;
  readonly tos?: string;
  /** `icmp`, `tcp`. */
  readonly protocol?: string;
  /** `1000-2000` */
  readonly users?: string;
  /** Table that is looked up; absent only where a rule is deleted, or with `action`. */
  readonly table?: string;
  readonly action?: "blackhole" | "unreachable" | "prohibit";
}

/** `ip neigh add|replace|del|flush …`. */
export interface NeighbourEdit extends Placed {
  readonly kind: "neighbour";
  readonly verb: "add" | "replace" | "del" | "flush";
  /** Absent only with flush: all of the device. */
  readonly address?: string;
  /** Absent only with flush: of all devices. */
  readonly device?: string;
  readonly mac?: string;
  /** `permanent`, which is what ip takes where nothing is said; `reachable`, `stale`, `noarp`. */
  readonly state?: string;
  /** An address this host answers for. */
  readonly proxy?: true;
}

/** `ip link set IF …`: one change, or several that are typed at once. */
export interface LinkEdit extends Placed {
  readonly kind: "link";
  readonly device: string;
  readonly up?: boolean;
  readonly arp?: boolean;
  readonly mtu?: number;
  readonly mac?: string;
  /** The bridge (bond, VRF) it is put under; null takes it out. */
  readonly master?: string | null;
  readonly xdp?: "off";
  /** Typed with the word `dev` before the name. */
  readonly dev?: true;
}

/** `ip link set BRIDGE type bridge stp_state 0 …`. */
export interface BridgeEdit extends Placed {
  readonly kind: "bridge";
  readonly device: string;
  readonly options: Readonly<Record<string, number>>;
  readonly dev?: true;
}

export type PortFlag =
  | "hairpin"
  | "learning"
  | "flood"
  | "mcast_flood"
  | "bcast_flood"
  | "neigh_suppress"
  | "isolated"
  | "locked";

/** `bridge link set dev PORT isolated off …`. */
export interface BridgePortEdit extends Placed {
  readonly kind: "bridge-port";
  readonly device: string;
  readonly flags?: Readonly<Partial<Record<PortFlag, boolean>>>;
  /** BR_STATE_*: 0 disabled, 1 listening, 2 learning, 3 forwarding, 4 blocking. */
  readonly state?: 0 | 1 | 2 | 3 | 4;
}

/** `bridge vlan add|del dev PORT vid N …`. */
export interface BridgeVlanEdit extends Placed {
  readonly kind: "bridge-vlan";
  readonly verb: "add" | "del";
  readonly device: string;
  readonly vid: number;
  readonly pvid?: true;
  readonly untagged?: true;
  /** Of the bridge device itself. */
  readonly self?: true;
}

/** `bridge fdb add|replace|del MAC dev PORT master …`. */
export interface FdbEdit extends Placed {
  readonly kind: "fdb";
  readonly verb: "add" | "replace" | "del";
  readonly mac: string;
  readonly device: string;
  /** In the bridge's table; absent: in the device's own. */
  readonly master?: true;
  readonly state?: "static" | "dynamic" | "permanent";
  /** It stays where it is, whoever speaks behind another port. */
  readonly sticky?: true;
  readonly vlan?: number;
}

/** Where an nft rule stands. */
export interface NftChainName {
  /** ip, inet, arp, bridge, netdev. */
  readonly family: string;
  readonly table: string;
  readonly name: string;
}

/** `nft delete rule CHAIN handle H`, `nft insert|add rule CHAIN [handle H] RULE`. */
export interface NftRuleEdit extends Placed {
  readonly kind: "nft-rule";
  readonly verb: "delete" | "insert" | "add" | "replace";
  readonly chain: NftChainName;
  /** The rule that is deleted or replaced, or before (insert) or behind (add) which the new one stands. */
  readonly handle?: number;
  /** The rule's words as nft lists them; absent only with delete. */
  readonly rule?: string;
}

/** `iptables [-t TABLE] -I|-A|-D CHAIN [NUMBER] RULE`; arptables and ebtables take the same words. */
export interface TablesRuleEdit extends Placed {
  readonly kind: "tables-rule";
  readonly tool: "iptables" | "iptables-nft" | "iptables-legacy" | "arptables" | "ebtables";
  readonly verb: "insert" | "append" | "delete";
  /** Absent: filter, not typed. */
  readonly table?: string;
  readonly chain: string;
  /** Its place in the chain, counted from 1. */
  readonly number?: number;
  /** The rule's words; absent only where it is deleted by its number. */
  readonly rule?: string;
}

/** A chain's policy. Harmful: it opens the way for everything, where a rule opens it for this packet. */
export interface PolicyEdit extends Placed {
  readonly kind: "policy";
  readonly chain:
    | NftChainName
    | { readonly tool: TablesRuleEdit["tool"]; readonly table?: string; readonly name: string };
  readonly policy: "accept" | "drop";
}

/** A NAT rule, in a chain of its own where nft has none for it yet. */
export interface NatEdit extends Placed {
  readonly kind: "nat";
  readonly tool: "iptables" | "iptables-nft" | "iptables-legacy" | "nft";
  /** nft only: the base chain that takes it; absent: it is made (`ip pktwhy_nat postrouting`). */
  readonly chain?: NftChainName;
  readonly change: "masquerade" | "snat" | "dnat";
  /** What snat and dnat give; with a port, of what has one. */
  readonly address?: string;
  readonly source?: string;
  readonly destination?: string;
  readonly inInterface?: string;
  readonly outInterface?: string;
  /** Of this protocol, to this port. */
  readonly protocol?: "tcp" | "udp";
  readonly port?: string;
}

/** What is asked instead: another ping. Without `netns` it is printed as the asker would type it, without sudo. */
export interface QuestionEdit {
  readonly kind: "question";
  readonly netns?: string | null;
  /** What is pinged. */
  readonly target: string;
  /** `-I ADDRESS` or `-I IF`; null leaves `-I` out; absent leaves it as it was. */
  readonly bind?: string | null;
  /** `-b` */
  readonly broadcast?: true;
  /** `-M do|dont|want`. */
  readonly discovery?: "do" | "dont" | "want";
  /** `-s`: bytes behind the ICMP header. */
  readonly payload?: number;
  /** `-t` */
  readonly ttl?: number;
  readonly count?: number;
  /** Why the option is the fault: then such an edit is the cheapest. */
  readonly atFault?: true;
}

/** `wg set IF peer KEY allowed-ips LIST`: the whole list, as every version of wg takes it. */
export interface WireGuardPeerEdit extends Placed {
  readonly kind: "wireguard-peer";
  readonly device: string;
  /** The peer's public key. */
  readonly peer: string;
  /** Prefixes, those of IPv6 too. */
  readonly allowed: readonly string[];
}

export type Edit =
  | SysctlEdit
  | AddressEdit
  | RouteEdit
  | RouteCacheEdit
  | RuleEdit
  | NeighbourEdit
  | LinkEdit
  | BridgeEdit
  | BridgePortEdit
  | BridgeVlanEdit
  | FdbEdit
  | WireGuardPeerEdit
  | NftRuleEdit
  | TablesRuleEdit
  | PolicyEdit
  | NatEdit
  | QuestionEdit;

export type EditKind = Edit["kind"];

/** What makes an edit survive a reboot: lines for a file, or a command of the manager. */
export interface Keep {
  /** Null where `lines` are commands. */
  readonly file: string | null;
  readonly lines: readonly string[];
  /** What loads it now, where that is a command of its own. */
  readonly reload?: string;
}
