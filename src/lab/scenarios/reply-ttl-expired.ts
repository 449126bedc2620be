// The answer's TTL is used up at the router.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "reply-ttl-expired",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "ip_default_ttl=1 on right: its echo replies die at the router, and only right is told.",
    "right 上 ip_default_ttl=1：它的 echo 应答在路由器处 TTL 用尽，只有 right 得到通知。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
    },
    right: {
      addresses: { veth3: ["10.0.2.2/24"] },
      sysctl: { "net.ipv4.ip_default_ttl": "1" },
      routes: ["default via 10.0.2.254"],
    },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "-W", "1", "10.0.2.2"] }],
  expected: ["reply-ttl-expired"],
  twin: "ttl-expired",
  stamps: "micro",
};
