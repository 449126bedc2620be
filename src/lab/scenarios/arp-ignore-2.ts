// The target answers only to askers of its own subnet.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "arp-ignore-2",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24 and 10.5.5.1/32 on lo, net1 has veth1 192.168.2.1/24 and a route back.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，lo 上有 10.5.5.1/32；net1 的 veth1 是 192.168.2.1/24，也有回程路由。",
  ),
  fault: text(
    "arp_ignore=2 on net1's veth1: the ARP request has the sender address 10.5.5.1, outside of 192.168.2.0/24, and is not answered.",
    "net1 的 veth1 上 arp_ignore=2：ARP 请求的发送方地址 10.5.5.1 不在 192.168.2.0/24 里，得不到应答。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"], lo: ["10.5.5.1/32"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"] },
      sysctl: { "net.ipv4.conf.veth1.arp_ignore": "2" },
      routes: ["10.5.5.0/24 via 192.168.2.11"],
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-I", "10.5.5.1", "192.168.2.1"] }],
  expected: ["arp-ignore-2"],
  twin: "arp-ignore-1",
  stamps: "nano",
};
