// A firewall of the ARP family drops the question.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "nft-arp-drop",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "A rule of net1's arp family drops ARP requests before ARP sees them.",
    "net1 的 arp 族规则在 ARP 处理之前丢弃 ARP 请求。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"] },
      nft: [
        "table arp filter {",
        "  chain input {",
        "    type filter hook input priority 0; policy accept;",
        "    arp operation request counter drop",
        "  }",
        "}",
      ].join("\n"),
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "192.168.2.1"] }],
  expected: ["nft-arp-drop"],
  twin: "arp-ignore-8",
  stamps: "micro",
};
