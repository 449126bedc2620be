// Which sysctl value the kernel really applies to an interface: how conf/all and conf/<interface> are combined.

import type { StateLine } from "../../model/evidence.ts";
import { ownValue } from "../../model/own-value.ts";
import type { Namespace } from "../../model/system-state.ts";
import { sysctlLine } from "../rendered-lines.ts";

/** How the values of `conf/all` and `conf/<interface>` (or the only one there is) become one. */
type SysctlRule = "max" | "or" | "and" | "iface" | "netns";

/** The value that holds, and the lines of state it comes from, the deciding one first. */
export interface EffectiveSysctl {
  readonly value: number;
  readonly lines: readonly StateLine[];
  readonly rule: SysctlRule;
}

// include/linux/inetdevice.h; the macro that combines is named above each group.
const RULES: Readonly<Record<string, SysctlRule>> = {
  // IN_DEV_MAXCONF
  rp_filter: "max",
  arp_ignore: "max",
  arp_announce: "max",
  arp_accept: "max",
  arp_notify: "max",
  // IN_DEV_ORCONF
  accept_local: "or",
  arp_filter: "or",
  proxy_arp: "or",
  proxy_arp_pvlan: "or",
  drop_gratuitous_arp: "or",
  route_localnet: "or",
  log_martians: "or",
  send_redirects: "or",
  shared_media: "or",
  secure_redirects: "or",
  src_valid_mark: "or",
  ignore_routes_with_linkdown: "or",
  drop_unicast_in_l2_multicast: "or",
  promote_secondaries: "or",
  disable_policy: "or",
  disable_xfrm: "or",
  // IN_DEV_ANDCONF
  bc_forwarding: "and",
  mc_forwarding: "and",
  accept_source_route: "and",
  arp_evict_nocarrier: "and",
  bootp_relay: "and",
  // IN_DEV_CONF_GET
  forwarding: "iface",
  medium_id: "iface",
  tag: "iface",
};

// struct neigh_parms: one set for each interface, nothing combines them with neigh/default.
const NEIGHBOUR = new Set([
  "mcast_solicit",
  "mcast_resolicit",
  "ucast_solicit",
  "app_solicit",
  "retrans_time",
  "retrans_time_ms",
  "delay_first_probe_time",
  "base_reachable_time",
  "base_reachable_time_ms",
  "gc_stale_time",
  "unres_qlen",
  "unres_qlen_bytes",
  "proxy_qlen",
  "proxy_delay",
  "anycast_delay",
  "locktime",
  "interval_probe_time_ms",
]);

/** The key `sysctl -a` prints for a name under `net.ipv4.conf` or `net.ipv4.neigh`: dots in interface names become slashes. */
export function interfaceSysctlKey(tree: "conf" | "neigh", iface: string, name: string): string {
  return `net.ipv4.${tree}.${iface.replaceAll(".", "/")}.${name}`;
}

interface Read {
  readonly value: number;
  readonly line: StateLine;
}

// A walk asks a hundred settings of each host it comes to, and nobody changes a namespace in place.
const kept = new WeakMap<Namespace, Map<string, Read | undefined>>();

function read(ns: Namespace, key: string): Read | undefined {
  const values = kept.get(ns) ?? new Map<string, Read | undefined>();
  kept.set(ns, values);
  const known = values.get(key);
  if (known !== undefined || values.has(key)) return known;
  const value = readAnew(ns, key);
  values.set(key, value);
  return value;
}

function readAnew(ns: Namespace, key: string): Read | undefined {
  const text = ns.sysctl?.get(key);
  if (text === undefined || !/^-?\d+$/.test(text)) return undefined;
  const line = { netns: ns.key, key: "sysctl", line: sysctlLine(key, text) };
  return { value: Number(text), line: ns.assumedSysctl?.has(key) ? { ...line, assumed: true } : line };
}

/** A setting the whole namespace shares, by its full key; undefined where state does not hold it or it is no single number. */
export function namespaceSysctl(ns: Namespace, name: string): Omit<EffectiveSysctl, "rule"> | undefined {
  const found = read(ns, name);
  return found && { value: found.value, lines: [found.line] };
}

/**
 * The value of a setting as the kernel applies it to an interface. `name` is the last part (`rp_filter`, `mcast_solicit`);
 * names that exist only for the namespace (`ip_forward`, `icmp_echo_ignore_all`) work too.
 * Undefined where state does not decide it; a half-known OR or AND is decided by the half that settles it.
 */
export function effectiveSysctl(ns: Namespace, name: string, iface: string): EffectiveSysctl | undefined {
  if (NEIGHBOUR.has(name)) {
    const own = read(ns, interfaceSysctlKey("neigh", iface, name));
    return own && { value: own.value, lines: [own.line], rule: "iface" };
  }
  const rule = name === "accept_redirects" ? redirectRule(ns, iface) : ownValue(RULES, name);
  if (rule === undefined && name === "accept_redirects") return undefined;
  if (rule === undefined) {
    const shared = namespaceSysctl(ns, `net.ipv4.${name}`);
    return shared && { ...shared, rule: "netns" };
  }
  const own = read(ns, interfaceSysctlKey("conf", iface, name));
  if (rule === "iface") return own && { value: own.value, lines: [own.line], rule };
  const all = read(ns, interfaceSysctlKey("conf", "all", name));
  return combine(rule, own, all);
}

// IN_DEV_RX_REDIRECTS: a router wants both values, a host is content with one.
function redirectRule(ns: Namespace, iface: string): SysctlRule | undefined {
  const forwarding = effectiveSysctl(ns, "forwarding", iface);
  return forwarding && (forwarding.value !== 0 ? "and" : "or");
}

function combine(rule: SysctlRule, own: Read | undefined, all: Read | undefined): EffectiveSysctl | undefined {
  if (own && all) {
    const ownDecides = rule === "and" ? own.value === 0 || all.value !== 0 : own.value >= all.value;
    const lines = ownDecides ? [own.line, all.line] : [all.line, own.line];
    return { value: together(rule, own.value, all.value), lines, rule };
  }
  const half = own ?? all;
  if (!half) return undefined;
  if (rule === "or" && half.value !== 0) return { value: 1, lines: [half.line], rule };
  if (rule === "and" && half.value === 0) return { value: 0, lines: [half.line], rule };
  return undefined;
}

function together(rule: SysctlRule, own: number, all: number): number {
  if (rule === "max") return Math.max(own, all);
  return (rule === "or" ? own !== 0 || all !== 0 : own !== 0 && all !== 0) ? 1 : 0;
}
