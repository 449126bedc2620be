// Two routers send the packet to each other until its TTL is used up.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "routing-loop",
  setup: text(
    "left (10.0.1.1/24), two routers, r (10.0.1.254 and 10.0.7.1) and q (10.0.7.2 and 10.0.8.1), and behind them right (10.0.8.2/24, and 10.0.2.2 on lo).",
    "left（10.0.1.1/24），两台路由器 r（10.0.1.254 与 10.0.7.1）和 q（10.0.7.2 与 10.0.8.1），后面是 right（10.0.8.2/24，lo 上还有 10.0.2.2）。",
  ),
  fault: text(
    "r sends 10.0.2.0/24 to q, which has no route for it beside its default route, and sends it back to r.",
    "r 把 10.0.2.0/24 发给 q；q 除默认路由外没有到它的路由，又把它发回给 r。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
    r: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.7.1/24"] },
      sysctl: {
        "net.ipv4.ip_forward": "1",
        "net.ipv4.conf.veth2.send_redirects": "0",
        "net.ipv4.conf.all.send_redirects": "0",
      },
      routes: ["10.0.2.0/24 via 10.0.7.2"],
    },
    q: {
      addresses: { veth3: ["10.0.7.2/24"], veth4: ["10.0.8.1/24"] },
      sysctl: {
        "net.ipv4.ip_forward": "1",
        "net.ipv4.conf.veth3.send_redirects": "0",
        "net.ipv4.conf.all.send_redirects": "0",
      },
      routes: ["default via 10.0.7.1"],
    },
    right: {
      addresses: { veth5: ["10.0.8.2/24"], lo: ["10.0.2.2/32"] },
      routes: ["default via 10.0.8.1"],
    },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "r:veth1"] },
    { kind: "veth", ends: ["r:veth2", "q:veth3"] },
    { kind: "veth", ends: ["q:veth4", "right:veth5"] },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "-t", "8", "10.0.2.2"] }],
  expected: ["routing-loop"],
  twin: "ttl-expired",
  stamps: "nano",
};
