// An own route of type unreachable refuses the destination at once.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "route-unreachable",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24 and 198.51.100.9 on lo.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24，lo 上还有 198.51.100.9。",
  ),
  fault: text(
    "net0 has a default route, and a route of type unreachable for 198.51.100.0/24.",
    "net0 有默认路由，又有一条 198.51.100.0/24 的 unreachable 路由。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      routes: ["default via 192.168.2.1", "unreachable 198.51.100.0/24"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"], lo: ["198.51.100.9/32"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "198.51.100.9"] }],
  expected: ["route-unreachable"],
  twin: "policy-rule-reject",
  stamps: "micro",
};
