// The loose reverse path filter refuses a source to which there is no route at all.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "rp-filter-loose-no-route",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24 and 10.5.5.1/32 on lo, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，lo 上有 10.5.5.1/32；net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "rp_filter=2 on net1's veth1, which has no route to 10.5.5.1. ARP passes, since arp_announce=2 lets net0 ask with the address of veth0.",
    "net1 的 veth1 上 rp_filter=2，而 net1 没有到 10.5.5.1 的路由。ARP 能通过，因为 arp_announce=2 让 net0 用 veth0 的地址询问。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"], lo: ["10.5.5.1/32"] },
      sysctl: { "net.ipv4.conf.veth0.arp_announce": "2" },
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, sysctl: { "net.ipv4.conf.veth1.rp_filter": "2" } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "-I", "10.5.5.1", "192.168.2.1"] }],
  expected: ["rp-filter-loose-no-route"],
  twin: "rp-filter-strict",
  stamps: "micro",
};
