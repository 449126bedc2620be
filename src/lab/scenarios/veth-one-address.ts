// The ARP that nobody answers: no interface has the address that is asked for.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "veth-one-address",
  setup: text(
    "One namespace with a veth pair: veth0 has 192.168.2.11/24, veth1 has no address.",
    "一个命名空间、一对 veth：veth0 的地址是 192.168.2.11/24，veth1 没有地址。",
  ),
  fault: text(
    "Nobody owns 192.168.2.1: the ARP request comes out of veth1 and is let go without a word.",
    "没有谁拥有 192.168.2.1：ARP 请求从 veth1 出来后，被内核一声不响地丢弃。",
  ),
  namespaces: {
    host: { addresses: { veth0: ["192.168.2.11/24"] } },
  },
  links: [{ kind: "veth", ends: ["host:veth0", "host:veth1"] }],
  commands: [{ netns: "host", argv: ["ping", "-c", "4", "192.168.2.1"] }],
  expected: ["arp-no-local-owner", "host-unreachable-is-local"],
  twin: "two-namespaces",
  stamps: "micro",
};
