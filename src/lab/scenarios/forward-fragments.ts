// Too large for a link on the way, and cut into fragments there.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "forward-fragments",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "Nothing is broken: the second link takes 1400 bytes at most, and without the don't-fragment bit the router cuts the packet in two.",
    "没有故障：第二段链路最多 1400 字节，没有禁止分片时路由器把报文分成两片。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
      links: ["veth2 mtu 1400"],
    },
    right: { addresses: { veth3: ["10.0.2.2/24"] }, links: ["veth3 mtu 1400"], routes: ["default via 10.0.2.254"] },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "1", "-M", "dont", "-s", "1472", "10.0.2.2"] }],
  expected: ["forward-fragments"],
  twin: "frag-needed-df",
  stamps: "nano",
};
