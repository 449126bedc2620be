// The gateway does not know the way on.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "forward-no-route",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24, and 198.51.100.9 on lo).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24，lo 上还有 198.51.100.9）。",
  ),
  fault: text(
    "The router has no route to 198.51.100.9, and says so.",
    "路由器没有到 198.51.100.9 的路由，并发回通知。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
    },
    right: { addresses: { veth3: ["10.0.2.2/24"], lo: ["198.51.100.9/32"] }, routes: ["default via 10.0.2.254"] },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "3", "198.51.100.9"] }],
  expected: ["forward-no-route"],
  twin: "no-route",
  stamps: "micro",
};
