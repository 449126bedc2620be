// The other end is down, and the neighbour's MAC address is known.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "peer-down-neigh-known",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net1's veth1 is down; net0 has a permanent neighbour entry, so that not even the missing ARP answer is told of.",
    "net1 的 veth1 没有启用；net0 有一条永久邻居项，所以连 ARP 没有应答的提示也没有。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      neighbours: ["192.168.2.1 lladdr 02:00:00:00:00:02 dev veth0 nud permanent"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, down: ["veth1"] },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["peer-down-neigh-known"],
  twin: "two-namespaces-peer-down",
  stamps: "micro",
};
