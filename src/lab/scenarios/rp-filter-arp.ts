// The reverse-path filter refuses the sender of the ARP request: it asks, and nobody answers.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "rp-filter-arp",
  setup: text(
    "Two namespaces joined by two veth pairs: 192.168.2.0/24 between veth0 and veth1, 192.168.3.0/24 between veth2 and veth3.",
    "两个命名空间由两对 veth 相连：veth0 与 veth1 之间是 192.168.2.0/24，veth2 与 veth3 之间是 192.168.3.0/24。",
  ),
  fault: text(
    "net1 has a host route to 192.168.2.11 by veth3, and rp_filter=1 on veth1: the ARP request from there is refused like an IP packet.",
    "net1 有一条经 veth3 到 192.168.2.11 的主机路由，而 veth1 上 rp_filter=1：从那里来的 ARP 请求像 IP 包一样被拒绝。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"], veth2: ["192.168.3.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"], veth3: ["192.168.3.1/24"] },
      sysctl: { "net.ipv4.conf.veth1.rp_filter": "1" },
      routes: ["192.168.2.11/32 dev veth3"],
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net0:veth2", "net1:veth3"] },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "4", "192.168.2.1"] }],
  expected: ["rp-filter-arp"],
  twin: "rp-filter-strict",
  stamps: "nano",
};
