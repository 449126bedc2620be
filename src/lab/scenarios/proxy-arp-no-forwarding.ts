// proxy_arp without forwarding answers nothing.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "proxy-arp-no-forwarding",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/16, no gateway), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/16，没有网关）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "The router has proxy_arp=1 on veth1 and ip_forward=0: it does not answer ARP for right.",
    "路由器的 veth1 上 proxy_arp=1，但 ip_forward=0：不会代 right 应答 ARP。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/16"] } },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "0", "net.ipv4.conf.veth1.proxy_arp": "1" },
    },
    right: { addresses: { veth3: ["10.0.2.2/24"] }, routes: ["default via 10.0.2.254"] },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "3", "10.0.2.2"] }],
  expected: ["proxy-arp-no-forwarding"],
  twin: "proxy-arp",
  stamps: "nano",
};
