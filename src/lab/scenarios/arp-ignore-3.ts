// The target is an address of scope host.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "arp-ignore-3",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24 and 192.168.2.3/32 with scope host.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 有 192.168.2.1/24 和作用域为 host 的 192.168.2.3/32。",
  ),
  fault: text(
    "arp_ignore=3 on net1's veth1: an address of scope host is not answered for.",
    "net1 的 veth1 上 arp_ignore=3：不为作用域为 host 的地址应答。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24", "192.168.2.3/32 scope host"] },
      sysctl: { "net.ipv4.conf.veth1.arp_ignore": "3" },
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "192.168.2.3"] }],
  expected: ["arp-ignore-3"],
  twin: "arp-ignore-8",
  stamps: "micro",
};
