// The router masquerades: the target sees the router, and needs no way back to the asker.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "nat-snat-masquerade",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "Nothing is broken: the router gives packets that leave by veth2 its own address, and right has no route to 10.0.1.0/24.",
    "没有故障：从 veth2 离开的报文，路由器换上自己的地址；right 没有去往 10.0.1.0/24 的路由。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
      nft: [
        "table ip nat {",
        "  chain postrouting {",
        "    type nat hook postrouting priority srcnat; policy accept;",
        "    oifname veth2 counter masquerade",
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
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "-W", "1", "10.0.2.2"] }],
  expected: ["nat-snat-masquerade"],
  twin: "router-ok",
  stamps: "micro",
};
