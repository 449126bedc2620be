// A stateful router that sees only the answers of a connection.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-conntrack-invalid",
  setup: text(
    "left and right are joined twice: by the router (10.0.1.0/24 and 10.0.2.0/24), and directly (10.0.6.1 and 10.0.6.2).",
    "left 与 right 有两条路相连：经 router（10.0.1.0/24 与 10.0.2.0/24），以及直连（10.0.6.1 与 10.0.6.2）。",
  ),
  fault: text(
    "The SYN goes directly and the SYN-ACK by the router, whose firewall drops what belongs to no connection it knows.",
    "SYN 走直连，SYN-ACK 经过路由器；路由器的防火墙把不属于已知连接的报文当作 invalid 丢弃。",
  ),
  namespaces: {
    left: {
      addresses: {
        veth0: ["10.0.1.1/24"],
        veth4: ["10.0.6.1/24"],
      },
      routes: ["10.0.2.0/24 via 10.0.6.2"],
    },
    router: {
      addresses: {
        veth1: ["10.0.1.254/24"],
        veth2: ["10.0.2.254/24"],
      },
      sysctl: {
        "net.ipv4.ip_forward": "1",
      },
      nft: [
        "table inet filter {",
        "  chain forward {",
        "    type filter hook forward priority 0; policy accept;",
        "    ct state invalid counter drop",
        "  }",
        "}",
      ].join("\n"),
    },
    right: {
      addresses: {
        veth3: ["10.0.2.2/24"],
        veth5: ["10.0.6.2/24"],
      },
      routes: ["default via 10.0.2.254"],
      listens: ["tcp 0.0.0.0:8080"],
    },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
    { kind: "veth", ends: ["left:veth4", "right:veth5"] },
  ],
  commands: [
    {
      netns: "left",
      argv: ["nc", "-vz", "-w", "3", "-s", "10.0.1.1", "10.0.2.2", "8080"],
    },
  ],
  expected: ["nft-conntrack-invalid"],
  twin: "tcp-routed-ok",
  stamps: "nano",
};
