// A firewall rule that is there only while the ping runs: neither state shows it, and the kernel says what it did.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

const RULES = "table ip t { chain c { type filter hook input priority 0; icmp type echo-request drop; }; }";

export const scenario: Scenario = {
  name: "kernel-drop",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "While the ping runs, and only then, a rule in net1 drops echo requests.",
    "只在 ping 运行期间，net1 上有一条规则丢弃 echo 请求。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  meanwhile: [{ netns: "net1", argv: ["nft", RULES] }],
  commands: [
    { netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] },
    { netns: "net1", argv: ["nft", "flush", "ruleset"] },
  ],
  expected: ["kernel-drop"],
  twin: "nft-input-drop",
  stamps: "micro",
};
