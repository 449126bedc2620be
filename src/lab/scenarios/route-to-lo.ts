// A route that leads to lo for an address that is somebody else's: what is sent comes back, and is thrown away.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "route-to-lo",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24 and 198.51.100.9 on lo.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24，lo 上还有 198.51.100.9。",
  ),
  fault: text("net0 has a route for 198.51.100.0/24 that leads to lo.", "net0 上去往 198.51.100.0/24 的路由指向 lo。"),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, routes: ["198.51.100.0/24 dev lo"] },
    net1: { addresses: { veth1: ["192.168.2.1/24"], lo: ["198.51.100.9/32"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "198.51.100.9"] }],
  expected: ["route-to-lo"],
  twin: "route-blackhole",
  stamps: "nano",
};
