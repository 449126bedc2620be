// What of the kernel and of the tools a scenario may need and not every machine has, by the name that scenarios use.

import { type Text, text } from "../model/text.ts";

/** Everything that a scenario can name in `needs`, or needs by its links. */
export type Feature = keyof typeof FEATURES;

interface FeatureFacts {
  readonly words: Text;
  /** The kernel's module, where it has it as one. */
  readonly module: string | null;
  /** First kernel that has it. */
  readonly since: string | null;
  /** First iproute2 that knows it. */
  readonly iproute2: string | null;
}

export const FEATURES = {
  vlan: facts(text("802.1Q VLAN interfaces", "802.1Q VLAN 接口"), { module: "8021q" }),
  macvlan: facts(text("macvlan interfaces", "macvlan 接口"), { module: "macvlan" }),
  ipvlan: facts(text("ipvlan interfaces", "ipvlan 接口"), { module: "ipvlan" }),
  bond: facts(text("bonds", "bond（绑定）接口"), { module: "bonding" }),
  vrf: facts(text("VRFs", "VRF"), { module: "vrf" }),
  vxlan: facts(text("VXLAN tunnels", "VXLAN 隧道"), { module: "vxlan" }),
  gre: facts(text("GRE tunnels", "GRE 隧道"), { module: "ip_gre" }),
  gretap: facts(text("GRE tunnels for Ethernet", "以太网 GRE 隧道（gretap）"), { module: "ip_gre" }),
  ipip: facts(text("IPIP tunnels", "IPIP 隧道"), { module: "ipip" }),
  sit: facts(text("SIT tunnels", "SIT 隧道"), { module: "sit" }),
  wireguard: facts(text("WireGuard", "WireGuard"), { module: "wireguard", since: "5.6" }),
  dummy: facts(text("dummy interfaces", "dummy 接口"), { module: "dummy" }),
  ifb: facts(text("ifb interfaces", "ifb 接口"), { module: "ifb" }),
  "bridge-vlan": facts(text("VLAN filtering of bridges", "网桥的 VLAN 过滤"), { module: "bridge" }),
  "br-netfilter": facts(text("netfilter's view of bridged packets", "网桥报文的 netfilter 处理"), {
    module: "br_netfilter",
  }),
  "nft-egress": facts(text("nftables' egress hook", "nftables 的 egress 钩子"), { since: "5.16" }),
  "bridge-locked": facts(text("locked bridge ports", "网桥端口的 locked 标志"), { since: "5.18", iproute2: "5.18" }),
  "tc-filters": facts(text("filters of traffic control", "流量控制（tc）的过滤器"), { module: "sch_ingress" }),
  "drop-reasons": facts(text("reasons of dropped packets", "丢包原因"), { since: "5.17" }),
} as const satisfies Record<string, FeatureFacts>;

function facts(words: Text, more: Partial<Omit<FeatureFacts, "words">>): FeatureFacts {
  return { words, module: null, since: null, iproute2: null, ...more };
}

/** Compares versions by their first two numbers. */
export function isBefore(version: string, first: string): boolean {
  const [a, b] = [version, first].map((one) => one.split(".").map(Number));
  const [major = 0, minor = 0] = a as number[];
  const [firstMajor = 0, firstMinor = 0] = b as number[];
  return major < firstMajor || (major === firstMajor && minor < firstMinor);
}
