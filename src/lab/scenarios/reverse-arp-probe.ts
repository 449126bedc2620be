// A healthy ping that lasts long enough for the target to check its neighbour entry.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "reverse-arp-probe",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "Nothing: after five seconds net1 asks net0 for its MAC address by unicast, to confirm the entry it made from net0's own ARP request.",
    "没有故障：五秒之后，net1 用单播 ARP 向 net0 确认它根据 net0 的 ARP 请求建立的邻居表项。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "7", "192.168.2.1"] }],
  expected: ["answered", "reverse-arp-probe"],
  twin: "neigh-stale-mac-changed",
  stamps: "micro",
};
