// The interface that is asked is not the one by which the answer would travel.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "arp-filter",
  setup: text(
    "Two namespaces joined by two veth pairs in one subnet: net0 has 192.168.2.11/24 on veth0, net1 has 192.168.2.1/24 on veth1 and 192.168.2.3/24 on veth3; net0 reaches the last by veth2.",
    "两个命名空间由同一子网的两对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24、veth3 是 192.168.2.3/24；net0 经 veth2 到达后者。",
  ),
  fault: text(
    "arp_filter=1 in net1: its way to 192.168.2.11 is veth1, so that veth3 does not answer.",
    "net1 上 arp_filter=1：它到 192.168.2.11 走 veth1，所以 veth3 不应答。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, routes: ["192.168.2.3/32 dev veth2"] },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"], veth3: ["192.168.2.3/24"] },
      sysctl: { "net.ipv4.conf.all.arp_filter": "1" },
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net0:veth2", "net1:veth3"] },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "4", "192.168.2.3"] }],
  expected: ["arp-filter"],
  twin: "rp-filter-arp",
  stamps: "micro",
};
