// A host announces its MAC address, and the hearer throws announcements away.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "gratuitous-arp-dropped",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24; net0 remembers an old MAC address of 192.168.2.1.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24；net0 记着 192.168.2.1 的旧 MAC 地址。",
  ),
  fault: text(
    "net1 announces its MAC address, but net0 drops gratuitous ARP (drop_gratuitous_arp=1): its first requests still go to the old one.",
    "net1 通告了自己的 MAC 地址，但 net0 丢弃免费 ARP（drop_gratuitous_arp=1）：最初的请求仍发往旧地址。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      sysctl: {
        "net.ipv4.conf.veth0.drop_gratuitous_arp": "1",
        "net.ipv4.neigh.veth0.delay_first_probe_time": "1",
      },
      neighbours: ["192.168.2.1 lladdr 02:00:00:00:00:99 dev veth0 nud stale"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, sysctl: { "net.ipv4.conf.veth1.arp_notify": "1" } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [
    { netns: "net1", argv: ["ip", "link", "set", "dev", "veth1", "address", "02:00:00:00:00:02"] },
    { netns: "net0", argv: ["ping", "-c", "7", "192.168.2.1"] },
  ],
  expected: ["neigh-stale-mac-changed", "gratuitous-arp-dropped"],
  twin: "gratuitous-arp-updates",
  stamps: "micro",
};
