// The router sends pings of an address that nobody has to right.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "nat-dnat-redirected",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "Nothing is broken: the router gives packets to 10.0.2.99 the destination 10.0.2.2.",
    "没有故障：发往 10.0.2.99 的报文，路由器把目的地址换成 10.0.2.2。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
      nft: [
        "table ip nat {",
        "  chain prerouting {",
        "    type nat hook prerouting priority dstnat; policy accept;",
        "    ip daddr 10.0.2.99 counter dnat to 10.0.2.2",
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
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "-W", "1", "10.0.2.99"] }],
  expected: ["nat-dnat-redirected"],
  twin: "router-ok",
  stamps: "micro",
};
