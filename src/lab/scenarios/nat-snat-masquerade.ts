// The router puts its own address for the asker's.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "nat-snat-masquerade",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "Nothing is broken: the router masquerades what leaves by veth2, so that right, which has no route to 10.0.1.1, answers to the router.",
    "没有故障：路由器对从 veth2 出去的报文做源地址伪装（masquerade），没有到 10.0.1.1 路由的 right 应答给路由器。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
      nft: [
        "table ip nat {",
        "  chain postrouting {",
        "    type nat hook postrouting priority 100; policy accept;",
        '    oifname "veth2" counter masquerade',
        "  }",
        "}",
      ].join("\n"),
    },
    right: { addresses: { veth3: ["10.0.2.2/24"] } },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "10.0.2.2"] }],
  expected: ["nat-snat-masquerade"],
  twin: "router-ok",
  stamps: "nano",
};
