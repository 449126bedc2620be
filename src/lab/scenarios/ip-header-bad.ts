// Requests arrive with a header checksum that is wrong.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "ip-header-bad",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "Something writes a wrong checksum into the IPv4 header of each echo request (here a rule on net0, behind the point where the kernel computes it).",
    "每个 echo 请求的 IPv4 首部校验和都被改错了（这里是 net0 上的一条规则，位于内核计算校验和之后）。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      nft: `table ip t {
  chain post {
    type filter hook postrouting priority 0;
    icmp type echo-request @nh,80,16 set 0x1234
  }
}`,
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["ip-header-bad"],
  twin: "nft-prerouting-drop",
  stamps: "nano",
};
