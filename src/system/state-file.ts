// The state file: raw output of the system's own tools, one set for each namespace (the contract behind `pktwhy snapshot`).

import type { Container } from "../model/container.ts";

/** What `pktwhy` in a state file must say. */
export const STATE_FORMAT = "state/1";

/** A whole state file as it is written: JSON of this is what `parseState` reads. */
export interface StateFile {
  pktwhy: typeof STATE_FORMAT;
  /** RFC 3339 in UTC with nanoseconds. */
  takenAt: string;
  /** `uname -r`. */
  kernel: string;
  /** What of the kernel's modules that hold rules was loaded or built in, and what was not. */
  modules?: Modules;
  /** BPF programs that processes hold attached to the way of packets. */
  bpf?: readonly HeldProgram[];
  /** Who keeps this host's network and firewall rules over a reboot, by its files and processes. */
  manager?: ManagerFile;
  /** What could not be read though it should have been, by namespace and part: why. */
  failed?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Programs that hold the packet and raw sockets, by the socket's inode; absent where nobody could look. */
  holders?: Readonly<Record<string, string>>;
  /** "" is the namespace the state was taken in; others by name or `pid-N`. */
  namespaces: Record<string, NamespaceFile>;
}

/** Who keeps a host's network and rules; a key is absent where nobody was found. */
export interface ManagerFile {
  readonly network?: "networkd" | "NetworkManager" | "netplan" | "ifupdown";
  readonly rules?: "nftables" | "iptables-persistent" | "ufw" | "firewalld";
  /** Programs that write firewall rules of their own. */
  readonly writers?: readonly string[];
  /** Files and processes that say so. */
  readonly seen: readonly string[];
}

/** Kernel modules by name. */
export type Modules = Readonly<Record<string, "loaded" | "built in" | "absent">>;

/** A BPF program by what /proc/PID/fdinfo says of the link or program that a process holds. */
export interface HeldProgram {
  readonly kind: "tcx" | "netkit" | "netfilter" | "cgroup";
  readonly program: number | null;
  /** Network namespace of the process. */
  readonly netnsInode: number | null;
  readonly ifindex?: number;
  /** `ingress`, `egress`, `primary` or `peer`. */
  readonly attach?: string;
  /** Of netfilter: NFPROTO and the hook's number. */
  readonly family?: number;
  readonly hook?: number;
}

/** One namespace: an absent key is unknown, never empty. Comments name the command whose output the part is. */
export interface NamespaceFile {
  netnsInode?: number;
  /** The container or pod that it belongs to, by /proc/PID/cgroup and the runtime's own files. */
  container?: Container;
  /** `ip -j netns list-id`, seen from this namespace. */
  nsid?: unknown;
  /** `ip -j -d -s -s link` */
  link?: unknown;
  /** `ip -j -d addr` */
  addr?: unknown;
  /** `ip -j -d route show table all` */
  route?: unknown;
  /** `ip -j -d route show table all cache` */
  routeCache?: unknown;
  /** `ip -j nexthop` */
  nexthop?: unknown;
  /** `ip -j -d rule` */
  rule?: unknown;
  /** `ip -j -s neigh show nud all` */
  neigh?: unknown;
  /** `ip -j neigh show proxy` */
  neighProxy?: unknown;
  /** `bridge -j -d link`, `bridge -j -d -s fdb`, `bridge -j -d vlan` */
  bridge?: { link?: unknown; fdb?: unknown; vlan?: unknown };
  /** As `sysctl -a` prints keys and values. */
  sysctl?: Record<string, string>;
  /** `nft -j list ruleset` */
  nft?: unknown;
  /** `iptables-nft-save -c`, `iptables-legacy-save -c` */
  iptables?: { nft?: string; legacy?: string };
  arptables?: string;
  ebtables?: string;
  /** `conntrack -L` */
  conntrack?: string;
  /** `tc -j -s qdisc` */
  qdisc?: unknown;
  /** `tc -j filter show dev IF ingress|egress`, for the interfaces that have such a hook. */
  filter?: Record<string, { ingress?: unknown; egress?: unknown }>;
  /** `ip xfrm policy` */
  xfrm?: string;
  /** `wg show all dump`, without the secret keys. */
  wireguard?: string;
  /** /proc/net/packet and /proc/net/raw, where they list a socket. */
  packetSockets?: string;
  /** `ss -HOntuel`: TCP sockets that listen and UDP sockets. */
  sockets?: string;
  /** Where ss could not be asked: the same of /proc/net/tcp, tcp6, udp and udp6, by the file's name. */
  socketTables?: { tcp?: string; tcp6?: string; udp?: string; udp6?: string };
  rawSockets?: string;
  /** As `nstat` names them. */
  counters?: Record<string, number>;
  /** Lines of the kernel log since the start. */
  kernelLog?: string[];
  /**
   * Why a part is absent, by its key (`conntrack`, `bridge.vlan`, `sysctl.net.bridge`). `not loaded`: the kernel has no such
   * module, so there is nothing of the kind. Any other reason leaves the part unknown.
   */
  missing?: Record<string, string>;
  /** What changed since the state before was taken, in order of time; only in a state after. */
  changes?: readonly TimedChange[];
}

/** Something that changed while the namespace was looked at: a line of a monitor, or what was read again in between. */
export interface TimedChange {
  /** When it was told or read; RFC 3339 in UTC. */
  readonly at: string;
  /** When it was read before, where it was only found by reading again: it changed at some time between the two. */
  readonly since?: string;
  /** `ip -o -d monitor label …`, `nft -j monitor`, or the collector. */
  readonly by: "ip monitor" | "nft monitor" | "reading";
  /** The monitor's line without its time. */
  readonly line?: string;
  /** The parts that read otherwise than before; of `sysctl` only the keys that do. */
  readonly read?: NamespaceFile;
}
