// A host tells of its new MAC address, and the other one does not listen.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "gratuitous-arp-dropped",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net1 gets another MAC address and announces it; drop_gratuitous_arp=1 on net0's veth0 throws that away, so that net0 goes on using the old one.",
    "net1 换了 MAC 地址并发出免费 ARP；net0 的 veth0 上 drop_gratuitous_arp=1，把它丢弃，继续使用旧的 MAC 地址。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      sysctl: { "net.ipv4.conf.veth0.drop_gratuitous_arp": "1" },
      neighbours: ["192.168.2.1 lladdr 02:00:00:00:00:99 dev veth0 nud reachable"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, sysctl: { "net.ipv4.conf.veth1.arp_notify": "1" } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [
    { netns: "net1", argv: ["ip", "link", "set", "dev", "veth1", "address", "02:00:00:00:00:12"] },
    { netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] },
  ],
  expected: ["gratuitous-arp-dropped"],
  twin: "neigh-wrong-mac",
  stamps: "micro",
};
