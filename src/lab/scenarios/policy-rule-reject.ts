// A policy rule refuses the destination before any route is looked at.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "policy-rule-reject",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24 and 198.51.100.9 on lo.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24，lo 上还有 198.51.100.9。",
  ),
  fault: text(
    "net0 has a default route, and a rule before it that calls 198.51.100.0/24 unreachable.",
    "net0 有默认路由，但在它之前有一条策略规则把 198.51.100.0/24 判为 unreachable。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      routes: ["default via 192.168.2.1"],
      rules: ["pref 100 to 198.51.100.0/24 unreachable"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"], lo: ["198.51.100.9/32"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "198.51.100.9"] }],
  expected: ["policy-rule-reject"],
  twin: "route-unreachable",
  stamps: "nano",
};
