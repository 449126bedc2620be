// An announcement of an address that the hearer has no neighbour entry for.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "gratuitous-arp-ignored",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net1 announces its address by gratuitous ARP; net0 has no entry for it and arp_accept=0, so that it learns nothing and has to ask all the same when it pings.",
    "net1 用免费 ARP 通告自己的地址；net0 没有对应的邻居表项，且 arp_accept=0，所以什么也没学到，ping 时还得再问一遍。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, sysctl: { "net.ipv4.conf.veth1.arp_notify": "1" } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [
    { netns: "net1", argv: ["ip", "link", "set", "dev", "veth1", "address", "02:00:00:00:00:02"] },
    { netns: "net0", argv: ["ping", "-c", "2", "192.168.2.1"] },
  ],
  expected: ["answered", "gratuitous-arp-ignored"],
  twin: "neigh-wrong-mac",
  stamps: "micro",
};
