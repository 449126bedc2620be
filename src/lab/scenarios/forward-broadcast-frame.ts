// A packet for a router comes in a broadcast frame.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "forward-broadcast-frame",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "left has a permanent neighbour entry that gives its gateway the MAC address ff:ff:ff:ff:ff:ff: the router does not forward what comes in a broadcast frame.",
    "left 有一条永久邻居项，把网关的 MAC 写成了 ff:ff:ff:ff:ff:ff：装在广播帧里的报文，路由器不转发。",
  ),
  namespaces: {
    left: {
      addresses: { veth0: ["10.0.1.1/24"] },
      routes: ["default via 10.0.1.254"],
      neighbours: ["10.0.1.254 lladdr ff:ff:ff:ff:ff:ff dev veth0 nud permanent"],
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
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "-W", "1", "10.0.2.2"] }],
  expected: ["forward-broadcast-frame"],
  twin: "ip-forward-off",
  stamps: "micro",
};
