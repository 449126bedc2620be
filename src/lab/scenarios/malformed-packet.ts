// Requests arrive with a length in their header that is beyond their end.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "malformed-packet",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "Something writes a total length of 512 bytes into the IPv4 header of each echo request of 84 bytes (here a rule on net0).",
    "每个 84 字节的 echo 请求，IPv4 首部的总长度都被改成 512 字节（这里是 net0 上的一条规则）。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      nft: `table ip t {
  chain post {
    type filter hook postrouting priority 0;
    icmp type echo-request ip length set 512
  }
}`,
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["malformed-packet"],
  twin: "ip-header-bad",
  stamps: "micro",
};
