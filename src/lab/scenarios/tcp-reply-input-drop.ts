// A host whose own firewall lets no answer in.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-reply-input-drop",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net0 drops what comes in but for SSH, and has no rule for answers to its own questions.",
    "net0 除 SSH 外丢弃所有进来的报文，也没有放行自己所问之应答的规则。",
  ),
  namespaces: {
    net0: {
      addresses: {
        veth0: ["192.168.2.11/24"],
      },
      nft: [
        "table ip filter {",
        "  chain input {",
        "    type filter hook input priority 0; policy drop;",
        "    tcp dport 22 accept",
        "  }",
        "}",
      ].join("\n"),
    },
    net1: {
      addresses: {
        veth1: ["192.168.2.1/24"],
      },
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
  expected: ["nft-policy-drop"],
  twin: "port-ok",
  stamps: "nano",
};
