// The frame arrives, and is for somebody else.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "neigh-wrong-mac",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net0 has a permanent neighbour entry with a MAC address that nobody has.",
    "net0 有一条永久邻居项，其中的 MAC 地址没有谁拥有。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      neighbours: ["192.168.2.1 lladdr 02:00:00:00:00:99 dev veth0 nud permanent"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["neigh-wrong-mac"],
  twin: "two-namespaces",
  stamps: "nano",
};
