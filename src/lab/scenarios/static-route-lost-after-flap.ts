// The interface went down and up again, and its static route did not come back.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "static-route-lost-after-flap",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "left's default route is gone since its interface was set down and up again; the address and its subnet came back.",
    "left 的接口停用又启用之后，默认路由没有回来；地址和它的直连路由还在。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
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
  meanwhile: [
    { netns: "left", argv: ["ip", "link", "set", "veth0", "down"] },
    { netns: "left", argv: ["ip", "link", "set", "veth0", "up"] },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "-W", "1", "10.0.2.2"] }],
  capture: ["left:lo", "router:veth2", "right:veth3"],
  expected: ["static-route-lost-after-flap", "no-route"],
  twin: "no-route",
  stamps: "nano",
};
