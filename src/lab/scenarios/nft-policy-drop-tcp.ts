// The policy of a chain drops a SYN that no rule accepts.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "nft-policy-drop-tcp",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "The policy of net1's input chain is drop, and no rule accepts connections to port 8080.",
    "net1 的 input 链默认策略是 drop，没有规则放行到 8080 端口的连接。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"] },
      listens: ["tcp 0.0.0.0:8080"],
      nft: [
        "table inet filter {",
        "  chain input {",
        "    type filter hook input priority 0; policy drop;",
        "    iif lo accept",
        "    ct state established,related counter accept",
        "  }",
        "}",
      ].join("\n"),
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["nc", "-vz", "-w", "4", "192.168.2.1", "8080"] }],
  expected: ["nft-policy-drop"],
  twin: "port-ok",
  stamps: "nano",
};
