// An ARP request that gets no answer still corrects the hearer's entry for the asker.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "arp-suppressed-entry-update",
  setup: text(
    "Two namespaces joined by two veth pairs: 192.168.2.0/24 between veth0 and veth1, 192.168.3.0/24 between veth2 and veth3; net1 remembers a wrong MAC address of 192.168.2.11.",
    "两个命名空间由两对 veth 相连：veth0 与 veth1 之间是 192.168.2.0/24，veth2 与 veth3 之间是 192.168.3.0/24；net1 记着 192.168.2.11 的一个错误 MAC 地址。",
  ),
  fault: text(
    "net1 has a host route to 192.168.2.11 by veth3, and rp_filter=1 on veth1: it does not answer the ARP request from there, but takes the asker's MAC address from it.",
    "net1 有一条经 veth3 到 192.168.2.11 的主机路由，而 veth1 上 rp_filter=1：它不应答从那里来的 ARP 请求，却从中记下了询问者的 MAC 地址。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"], veth2: ["192.168.3.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"], veth3: ["192.168.3.1/24"] },
      sysctl: { "net.ipv4.conf.veth1.rp_filter": "1" },
      routes: ["192.168.2.11/32 dev veth3"],
      neighbours: ["192.168.2.11 lladdr 02:00:00:00:00:99 dev veth1 nud stale"],
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net0:veth2", "net1:veth3"] },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "192.168.2.1"] }],
  expected: ["rp-filter-arp", "arp-suppressed-entry-update"],
  twin: "arp-filter",
  stamps: "micro",
};
