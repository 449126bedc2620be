// ARP is not answered, and nobody notices while the neighbour entry lasts.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "arp-problem-hidden-by-cache",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net1 answers no ARP (arp_ignore=8), but net0 still has its entry: the ping works until the entry is checked by three unicast requests, then it fails.",
    "net1 不应答 ARP（arp_ignore=8），但 net0 还留着它的邻居表项：ping 一直通，直到三次单播确认都没有应答，然后就不通了。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      sysctl: { "net.ipv4.neigh.veth0.delay_first_probe_time": "1" },
      neighbours: ["192.168.2.1 lladdr 02:00:00:00:00:02 dev veth0 nud stale"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, sysctl: { "net.ipv4.conf.veth1.arp_ignore": "8" } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "9", "192.168.2.1"] }],
  expected: ["arp-problem-hidden-by-cache", "arp-ignore-8"],
  twin: "neigh-stale-mac-changed",
  stamps: "micro",
};
