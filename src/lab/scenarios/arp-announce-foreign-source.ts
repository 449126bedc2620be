// The ARP request carries a source address from outside the subnet.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "arp-announce-foreign-source",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24; net0 also has 10.9.9.9 on lo.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24；net0 的 lo 上还有 10.9.9.9。",
  ),
  fault: text(
    "net0 pings with 10.9.9.9, which arp_announce=0 puts into the ARP request; net1 has rp_filter=1 and no route to it, so that it does not answer.",
    "net0 用 10.9.9.9 发出 ping，arp_announce=0 把它写进 ARP 请求；net1 的 rp_filter=1 且没有到它的路由，于是不应答。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"], lo: ["10.9.9.9/32"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, sysctl: { "net.ipv4.conf.veth1.rp_filter": "1" } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "4", "-I", "10.9.9.9", "192.168.2.1"] }],
  expected: ["arp-announce-foreign-source", "rp-filter-arp"],
  twin: "rp-filter-arp",
  stamps: "micro",
};
