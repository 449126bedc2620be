// Two next hops for one route, and one of them is dead.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "multipath-dead-nexthop",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "left's route to 10.0.2.0/24 has two next hops: 10.0.1.253, with nearly all the weight, does not exist; 10.0.1.254 works.",
    "left 去 10.0.2.0/24 的路由有两个下一跳：10.0.1.253 不存在，却占了几乎全部权重；10.0.1.254 正常。",
  ),
  namespaces: {
    left: {
      addresses: { veth0: ["10.0.1.1/24"] },
      routes: ["10.0.2.0/24 nexthop via 10.0.1.253 weight 200 nexthop via 10.0.1.254 weight 1"],
    },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
    },
    right: { addresses: { veth3: ["10.0.2.2/24"] }, routes: ["default via 10.0.2.254"] },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "4", "10.0.2.2"] }],
  expected: ["multipath-dead-nexthop", "gateway-arp-failed"],
  twin: "gateway-arp-failed",
  stamps: "nano",
};
