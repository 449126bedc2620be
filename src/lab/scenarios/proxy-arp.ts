// A router answers ARP for a host behind it.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "proxy-arp",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/16), router (10.0.1.254/24 and 10.0.2.254/24), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/16）、router（10.0.1.254/24 与 10.0.2.254/24）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "Nothing is broken: left takes 10.0.2.2 for a neighbour, and proxy_arp=1 lets the router answer for it.",
    "没有故障：left 把 10.0.2.2 当作邻居，proxy_arp=1 让路由器代为应答。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/16"] } },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1", "net.ipv4.conf.veth1.proxy_arp": "1" },
    },
    right: { addresses: { veth3: ["10.0.2.2/24"] }, routes: ["default via 10.0.2.254"] },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "3", "10.0.2.2"] }],
  expected: ["proxy-arp"],
  twin: "wrong-netmask",
  stamps: "nano",
};
