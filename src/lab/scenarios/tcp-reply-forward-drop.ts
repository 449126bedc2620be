// A router that lets the question pass and not its answer.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-reply-forward-drop",
  setup: text(
    "net0 (10.1.0.1/24), a router net1 (10.1.0.254/24 and 10.2.0.254/24) and net2 (10.2.0.2/24), each joined by a veth pair.",
    "net0（10.1.0.1/24）、路由器 net1（10.1.0.254/24 和 10.2.0.254/24）和 net2（10.2.0.2/24），两两由 veth 相连。",
  ),
  fault: text(
    "net1 forwards what comes in by veth1 only: it has no rule for answers.",
    "net1 只放行从 veth1 进来的报文：没有放行应答的规则。",
  ),
  namespaces: {
    net0: {
      addresses: {
        veth0: ["10.1.0.1/24"],
      },
      routes: ["default via 10.1.0.254"],
    },
    net1: {
      addresses: {
        veth1: ["10.1.0.254/24"],
        veth2: ["10.2.0.254/24"],
      },
      sysctl: {
        "net.ipv4.ip_forward": "1",
      },
      nft: [
        "table ip filter {",
        "  chain forward {",
        "    type filter hook forward priority 0; policy drop;",
        '    iifname "veth1" accept',
        "  }",
        "}",
      ].join("\n"),
    },
    net2: {
      addresses: {
        veth3: ["10.2.0.2/24"],
      },
      routes: ["default via 10.2.0.254"],
      listens: ["tcp 0.0.0.0:8080"],
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net1:veth2", "net2:veth3"] },
  ],
  commands: [
    {
      netns: "net0",
      argv: ["nc", "-vz", "-w", "3", "10.2.0.2", "8080"],
    },
  ],
  expected: ["nft-policy-drop"],
  twin: "tcp-routed-ok",
  stamps: "nano",
};
