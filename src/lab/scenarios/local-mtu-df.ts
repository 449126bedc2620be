// Too large for the own interface, and not to be fragmented.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "local-mtu-df",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "Both ends take 1300 bytes at most; ping is to send 1428 with the don't-fragment bit.",
    "两端最多 1300 字节；ping 要发 1428 字节并禁止分片。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, links: ["veth0 mtu 1300"] },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, links: ["veth1 mtu 1300"] },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "-M", "do", "-s", "1400", "192.168.2.1"] }],
  expected: ["local-mtu-df"],
  twin: "frag-needed-df",
  stamps: "nano",
};
