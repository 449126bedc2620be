// The host at the other end has no address at all.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "target-has-no-address",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, veth1 in net1 has no address.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 没有地址。",
  ),
  fault: text(
    "net1 has no IPv4 address but that of lo, so that nobody can answer for 192.168.2.1.",
    "net1 除 lo 之外没有任何 IPv4 地址，没有谁能为 192.168.2.1 应答。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {},
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "4", "192.168.2.1"] }],
  expected: ["target-has-no-address", "arp-no-local-owner"],
  twin: "veth-one-address",
  stamps: "nano",
};
