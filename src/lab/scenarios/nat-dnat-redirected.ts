// The router sends the question to another host.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "nat-dnat-redirected",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "Nothing is broken: nobody has 10.0.2.9, but the router's prerouting hook sends what is for it to 10.0.2.2.",
    "没有故障：10.0.2.9 没有谁拥有，但路由器的 prerouting 钩子把发给它的报文改发给 10.0.2.2。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
      nft: [
        "table ip nat {",
        "  chain prerouting {",
        "    type nat hook prerouting priority -100; policy accept;",
        "    ip daddr 10.0.2.9 counter dnat to 10.0.2.2",
        "  }",
        "}",
      ].join("\n"),
    },
    right: { addresses: { veth3: ["10.0.2.2/24"] }, routes: ["default via 10.0.2.254"] },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "10.0.2.9"] }],
  expected: ["nat-dnat-redirected"],
  twin: "router-ok",
  stamps: "micro",
};
