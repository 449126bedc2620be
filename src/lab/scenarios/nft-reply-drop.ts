// The target's own firewall drops the answer.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "nft-reply-drop",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text("A rule of net1's output hook drops echo replies.", "net1 的 output 钩子上有一条规则丢弃 echo 应答。"),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"] },
      nft: [
        "table inet filter {",
        "  chain output {",
        "    type filter hook output priority 0; policy accept;",
        "    icmp type echo-reply counter drop",
        "  }",
        "}",
      ].join("\n"),
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["nft-reply-drop"],
  twin: "missing-return-route",
  stamps: "micro",
};
