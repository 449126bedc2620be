// A prefix that is too short: the far host is taken for a neighbour.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "wrong-netmask",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/16), router (10.0.1.254/24 and 10.0.2.254/24), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/16）、router（10.0.1.254/24 与 10.0.2.254/24）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "left's prefix is /16 instead of /24: it asks for 10.0.2.2 by ARP instead of sending to its gateway.",
    "left 的前缀写成了 /16（应为 /24）：它用 ARP 询问 10.0.2.2，而不是发给网关。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/16"] }, routes: ["default via 10.0.1.254"] },
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
  expected: ["wrong-netmask", "arp-no-local-owner"],
  twin: "proxy-arp",
  stamps: "micro",
};
