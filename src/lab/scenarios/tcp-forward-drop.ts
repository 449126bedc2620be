// A router whose forward chain drops the SYN.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-forward-drop",
  setup: text(
    "net0 (10.1.0.1/24), a router net1 (10.1.0.254/24 and 10.2.0.254/24) and net2 (10.2.0.2/24), each joined by a veth pair.",
    "net0（10.1.0.1/24）、路由器 net1（10.1.0.254/24 和 10.2.0.254/24）和 net2（10.2.0.2/24），两两由 veth 相连。",
  ),
  fault: text("net1 drops port 8080 in its forward hook.", "net1 在 forward 钩子丢弃 8080 端口。"),
  namespaces: {
    net0: { addresses: { veth0: ["10.1.0.1/24"] }, routes: ["default via 10.1.0.254"] },
    net1: {
      addresses: { veth1: ["10.1.0.254/24"], veth2: ["10.2.0.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
      nft: "table ip filter {\n  chain forward {\n    type filter hook forward priority 0; policy accept;\n    tcp dport 8080 counter drop\n  }\n}",
    },
    net2: { addresses: { veth3: ["10.2.0.2/24"] }, routes: ["default via 10.2.0.254"], listens: ["tcp 0.0.0.0:8080"] },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net1:veth2", "net2:veth3"] },
  ],

  commands: [{ netns: "net0", argv: ["nc", "-vz", "-w", "3", "10.2.0.2", "8080"] }],
  expected: ["nft-forward-drop"],
  twin: "tcp-routed-ok",
  stamps: "nano",
};
