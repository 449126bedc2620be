// The system as its own tools describe it, parsed. A field that is undefined is unknown, never empty (state file contract).

import type { Ipv4, Mac, Prefix } from "./address.ts";
import type { Container } from "./container.ts";
import type { Manager } from "./manager.ts";
import type { NftRuleset } from "./nft-ruleset.ts";
import type { PortRange } from "./port-range.ts";
import type { Nanoseconds } from "./time.ts";

export interface SystemState {
  readonly takenAt: Nanoseconds | null;
  readonly kernel: string | null;
  /** By key: "" is the namespace the state was taken in; others by name or `pid-N`. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** Who keeps the host's network and rules over a reboot; absent where nobody looked. */
  readonly manager?: Manager;
  /** What changed between the state before and this one, in order of time. */
  readonly changes?: readonly StateChange[];
  /** Names of the hosts, where there are several: each namespace's key begins with its host's. */
  readonly hosts?: readonly string[];
  /** Interfaces of several hosts that hang on one segment, of which nobody can look into what is in between. */
  readonly wires?: readonly Wire[];
}

/** A segment between hosts: the same frames were seen at all of these interfaces. Others may hang on it too. */
export interface Wire {
  readonly ends: readonly { readonly netns: string; readonly interface: string }[];
}

/** Something that changed while it was looked at. */
export interface StateChange {
  readonly netns: string;
  readonly at: Nanoseconds;
  /** The reading before, where it changed at some time between the two; else the same as `at`. */
  readonly since: Nanoseconds;
  readonly by: "ip monitor" | "nft monitor" | "reading";
  /** What a monitor said; null where it was read again. */
  readonly line: string | null;
  /** What was read again and is otherwise; all else is undefined. */
  readonly read: Namespace | null;
}

export interface Namespace {
  readonly key: string;
  /** Name of the host it is on, where there are several. */
  readonly host?: string;
  readonly inode: number | null;
  /** The container or pod that it belongs to. */
  readonly container?: Container;
  /** Ids that this namespace gives to others (`ip netns list-id`): nsid to namespace name or null. */
  readonly nsids: ReadonlyMap<number, string | null> | undefined;
  /** The id the collecting namespace gives to this one. */
  readonly nsid: number | null;
  readonly links: readonly Link[] | undefined;
  readonly addresses: readonly InterfaceAddress[] | undefined;
  /** Its IPv6 addresses, which are only there to find out what IPv4 would have done. */
  readonly addresses6?: readonly { readonly interface: string; readonly local: string }[];
  readonly routes: readonly Route[] | undefined;
  /** Path MTUs that the kernel has learned (`ip route show table all cache`). */
  readonly learnedMtus?: readonly LearnedMtu[] | undefined;
  readonly rules: readonly Rule[] | undefined;
  readonly neighbours: readonly Neighbour[] | undefined;
  /** Those of IPv6, for gateways of IPv4 routes that are IPv6 addresses. */
  readonly neighbours6?: readonly Neighbour6[];
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
  readonly queues?: readonly Queue[] | undefined;
  readonly trafficFilters?: readonly TrafficFilter[] | undefined;
  readonly policies?: readonly IpsecPolicy[] | undefined;
  readonly peers?: readonly WireGuardPeer[] | undefined;
  /** BPF programs that some process holds attached. */
  readonly programs?: readonly Program[] | undefined;
  /** Sockets by which a program gets packets past the stack. */
  readonly openSockets?: readonly OpenSocket[] | undefined;
  /** TCP sockets that listen and UDP sockets. */
  readonly sockets?: readonly PortSocket[] | undefined;
  /** Where the listing was of one protocol, of one port or of some sockets: what else is not in it may still be there. */
  readonly socketsOf?: "tcp" | "udp" | "some" | `${"tcp" | "udp" | ""}:${number}`;
  readonly counters: ReadonlyMap<string, number> | undefined;
  readonly kernelLog: readonly string[] | undefined;
  /** Answers of `ip route get` that were shown: the way this host takes to one address, whatever its tables hold. */
  readonly ways?: readonly Route[];
  /** Why a part is absent, by key. */
  readonly missing: ReadonlyMap<string, string>;
  /** Parts that are known to be empty because the kernel has no module for them: by key, the line that says so. */
  readonly notLoaded: ReadonlyMap<string, string>;
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
  /** An attribute that can stop or change packets and that nothing here reads. */
  readonly unread?: string;
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
  /** Of a group's address: the host has joined the group on that interface. */
  readonly autojoin: boolean;
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
  /** TTL of what is sent by it (RTAX_HOPLIMIT), in place of ip_default_ttl. */
  readonly hopLimit: number | null;
  readonly flags: ReadonlySet<string>;
  readonly nexthopId: number | null;
  /** One for a plain route, several for multipath, none for reject types. */
  readonly hops: readonly RouteHop[];
  /** An attribute that can divert or change packets and that nothing here reads (`encap`). */
  readonly unread?: string;
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
  readonly sourcePorts: PortRange | null;
  readonly destinationPorts: PortRange | null;
  readonly l3mdev: boolean;
  readonly suppressPrefixLength: number | null;
  readonly suppressIfGroup: string | null;
  /** A selector that nothing here reads. */
  readonly unread?: string;
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
/** An IPv6 neighbour, by its address as it is printed. */
export interface Neighbour6 extends Omit<Neighbour, "address"> {
  readonly address: string;
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

/** A queueing discipline of an interface. */
export interface Queue {
  readonly interface: string;
  readonly kind: string;
  readonly limit: number | null;
  /** netem's loss, corruption and the like. */
  readonly lossy: boolean;
  readonly drops: number;
  /** `qdisc pfifo dev veth0 limit 0`. */
  readonly line: string;
}

/** Four bytes of a packet, counted from its IPv4 header, under a mask. */
export interface PacketWord {
  readonly offset: number;
  readonly value: number;
  readonly mask: number;
}

/** A filter of traffic control that does something with a frame. */
export interface TrafficFilter {
  readonly interface: string;
  readonly direction: "ingress" | "egress";
  /** `all`, `ip`, `arp`… */
  readonly protocol: string;
  readonly kind: string;
  readonly preference: number | null;
  /** What of the packet it asks for, all of it; null where it asks for what nothing here reads. */
  readonly matches: readonly PacketWord[] | null;
  /**
   * The first of its actions that may keep the frame from going on. "pass" ends the asking as well; null leaves the frame
   * to the next filter.
   */
  readonly does: "drop" | "redirect" | "unread" | "pass" | null;
  /** It does so always: no chance, no rate. */
  readonly always: boolean;
  /** `filter dev veth0 ingress protocol ip u32 action drop`. */
  readonly line: string;
}

/** A policy of IPsec. */
export interface IpsecPolicy {
  readonly direction: "in" | "out" | "fwd";
  readonly from: Prefix;
  readonly to: Prefix;
  /** `icmp`, `tcp`…; null is any. */
  readonly protocol: string | null;
  readonly interface: string | null;
  readonly priority: number;
  readonly block: boolean;
  /** It wants protection, and does not go without. */
  readonly template: boolean;
  /** Asks for more than this reads (mark, ports, an interface id). */
  readonly unread: boolean;
  /** `src 0.0.0.0/0 dst 10.0.0.2/32 dir out action block priority 0`. */
  readonly line: string;
}

/** A peer of a WireGuard interface. */
export interface WireGuardPeer {
  readonly interface: string;
  /** The interface's own public key, and the peer's. */
  readonly ownKey: string;
  readonly key: string;
  readonly port: number;
  readonly endpoint: { readonly address: Ipv4; readonly port: number } | null;
  /** IPv4 alone. */
  readonly allowed: readonly Prefix[];
  /** As wg lists them, those of IPv6 too. */
  readonly listed: readonly string[];
  /** Seconds since the epoch; 0 where there was none. */
  readonly handshake: number;
  /** `peer AqWk… endpoint 10.0.0.2:51820 allowed-ips 192.168.2.1/32`. */
  readonly line: string;
}

/** A BPF program on the way of packets, by the link or the file that a process holds. */
export interface Program {
  readonly kind: "tcx" | "netkit" | "netfilter" | "cgroup";
  readonly interface: string | null;
  /** `ingress` and `egress`, or a hook of netfilter. */
  readonly hook: string | null;
  /** `tcx_ingress veth0 program 12`. */
  readonly line: string;
}

/** A packet or raw socket: its program gets packets whatever the stack makes of them, and may send any of its own. */
export interface OpenSocket {
  readonly kind: "packet" | "raw";
  /** The interface that a packet socket is bound to; null is every one. */
  readonly interface: string | null;
  /** The Ethernet protocol of a packet socket (3 is every one), the IP protocol of a raw one. */
  readonly protocol: number;
  /** Null where nobody could see who holds it. */
  readonly program: string | null;
  /** `p_raw *:veth0 users:(("python3"))`. */
  readonly line: string;
}

/** A TCP socket that listens, or a UDP socket with a port. */
export interface PortSocket {
  readonly protocol: "tcp" | "udp";
  /** Of the socket, not of what it takes: one of IPv6 may take IPv4 too. */
  readonly family: "ipv4" | "ipv6";
  /** The IPv4 address that it takes alone; null where it takes every one, or is bound to one of IPv6. */
  readonly address: Ipv4 | null;
  /** Bound to an address of IPv6, as it is printed. */
  readonly address6: string | null;
  readonly port: number;
  /** The interface that it is bound to, null where it is bound to none; undefined where the listing does not tell. */
  readonly device: string | null | undefined;
  /** It takes no IPv4 (IPV6_V6ONLY); null where the listing does not tell. */
  readonly v6only: boolean | null;
  /** Of a UDP socket that takes packets of one sender only. */
  readonly peer: { readonly address: Ipv4; readonly port: number } | null;
  /** Connections that wait to be accepted, or bytes that wait to be read. */
  readonly waiting: number | null;
  /** How many may wait to be accepted; null where the listing does not tell, and for UDP. */
  readonly backlog: number | null;
  /** Null where nobody could see who holds it. */
  readonly program: string | null;
  /** `tcp LISTEN 0 511 127.0.0.1:8080 users:(("nginx"))`. */
  readonly line: string;
}
