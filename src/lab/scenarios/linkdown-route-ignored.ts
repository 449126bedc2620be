// The route is there and is passed over, since its link has no carrier.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "linkdown-route-ignored",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net1's veth1 is down, and net0 has ignore_routes_with_linkdown=1: its route over veth0 does not count.",
    "net1 的 veth1 没有启用，net0 上 ignore_routes_with_linkdown=1：经 veth0 的路由不算数。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      sysctl: { "net.ipv4.conf.all.ignore_routes_with_linkdown": "1" },
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, down: ["veth1"] },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "192.168.2.1"] }],
  expected: ["linkdown-route-ignored"],
  twin: "two-namespaces-peer-down",
  stamps: "micro",
};
