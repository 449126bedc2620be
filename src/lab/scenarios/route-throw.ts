// A throw route sends the lookup past the default route of its table.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "route-throw",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24 and 198.51.100.9 on lo.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24，lo 上还有 198.51.100.9。",
  ),
  fault: text(
    "A throw route for 198.51.100.0/24 ends the lookup in table main, default route and all, and no further table knows the destination.",
    "198.51.100.0/24 的 throw 路由结束了在 main 表中的查找（默认路由也不再看），后面的表里都没有这个目的地。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, routes: ["default via 192.168.2.1", "throw 198.51.100.0/24"] },
    net1: { addresses: { veth1: ["192.168.2.1/24"], lo: ["198.51.100.9/32"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "198.51.100.9"] }],
  expected: ["route-throw"],
  twin: "no-route",
  stamps: "micro",
};
