// The router's firewall drops on the way out.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "nft-postrouting-drop",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "A rule of the router's postrouting hook drops echo requests.",
    "路由器 postrouting 钩子上有一条规则丢弃 echo 请求。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
      nft: [
        "table inet filter {",
        "  chain postrouting {",
        "    type filter hook postrouting priority 0; policy accept;",
        "    icmp type echo-request counter drop",
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
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "-W", "1", "10.0.2.2"] }],
  expected: ["nft-postrouting-drop"],
  twin: "nft-forward-drop",
  stamps: "micro",
};
