// The state file: raw output of the system's own tools, one set for each namespace (the contract behind `pktwhy snapshot`).

/** What `pktwhy` in a state file must say. */
export const STATE_FORMAT = "state/1";

/** A whole state file as it is written: JSON of this is what `parseState` reads. */
export interface StateFile {
  pktwhy: typeof STATE_FORMAT;
  /** RFC 3339 in UTC with nanoseconds. */
  takenAt: string;
  /** `uname -r`. */
  kernel: string;
  /** "" is the namespace the state was taken in; others by name or `pid-N`. */
  namespaces: Record<string, NamespaceFile>;
}

/** One namespace: an absent key is unknown, never empty. Comments name the command whose output the part is. */
export interface NamespaceFile {
  netnsInode?: number;
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
  /** As `nstat` names them. */
  counters?: Record<string, number>;
  /** Lines of the kernel log since the start. */
  kernelLog?: string[];
  /** Why a part is absent, by its key (`conntrack`, `bridge.vlan`). */
  missing?: Record<string, string>;
}
