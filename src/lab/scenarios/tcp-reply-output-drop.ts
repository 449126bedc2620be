// A server whose output chain lets no answer of its service out.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-reply-output-drop",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net1 drops what its port 8080 answers, in its output hook.",
    "net1 在 output 钩子丢弃 8080 端口发出的应答。",
  ),
  namespaces: {
    net0: {
      addresses: {
        veth0: ["192.168.2.11/24"],
      },
    },
    net1: {
      addresses: {
        veth1: ["192.168.2.1/24"],
      },
      nft: [
        "table ip filter {",
        "  chain output {",
        "    type filter hook output priority 0; policy accept;",
        "    tcp sport 8080 counter drop",
        "  }",
        "}",
      ].join("\n"),
      listens: ["tcp 0.0.0.0:8080"],
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [
    {
      netns: "net0",
      argv: ["nc", "-vz", "-w", "3", "192.168.2.1", "8080"],
    },
  ],
  expected: ["nft-reply-drop"],
  twin: "port-ok",
  stamps: "nano",
};
