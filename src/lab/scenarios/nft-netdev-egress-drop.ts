// The firewall of the sending interface drops after IP, before the capture.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "nft-netdev-egress-drop",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "A rule at the egress of net0's veth0 drops echo requests; ARP passes.",
    "net0 的 veth0 出口（netdev egress）上有一条规则丢弃 echo 请求；ARP 不受影响。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      nft: [
        "table netdev filter {",
        "  chain egress {",
        "    type filter hook egress device veth0 priority 0; policy accept;",
        "    icmp type echo-request counter drop",
        "  }",
        "}",
      ].join("\n"),
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  needs: ["nft-egress"],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["nft-netdev-egress-drop"],
  twin: "nft-output-drop",
  stamps: "nano",
};
