// A proxy neighbour entry answers for exactly one address.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "proxy-neigh-entry",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/16, no gateway), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/16，没有网关）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "Nothing is broken: the router has a proxy entry for 10.0.2.2 on veth1 and answers ARP for this one address.",
    "没有故障：路由器的 veth1 上有 10.0.2.2 的代理邻居项，只为这一个地址应答 ARP。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/16"] } },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
      neighbours: ["proxy 10.0.2.2 dev veth1"],
    },
    right: { addresses: { veth3: ["10.0.2.2/24"] }, routes: ["default via 10.0.2.254"] },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "10.0.2.2"] }],
  expected: ["proxy-neigh-entry"],
  twin: "proxy-arp",
  stamps: "micro",
};
