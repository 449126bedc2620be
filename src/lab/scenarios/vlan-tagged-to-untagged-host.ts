// Two VLAN interfaces with different numbers.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "vlan-tagged-to-untagged-host",
  setup: text(
    "Two namespaces joined by a veth pair, each with a VLAN interface on its end: net0 has v10 192.168.2.11/24 (VLAN 10 on veth0), net1 has w10 192.168.2.1/24 on veth1.",
    "两个命名空间由一对 veth 相连，各自的一端上建有 VLAN 接口：net0 的 v10 是 192.168.2.11/24（veth0 上的 VLAN 10），net1 的 w10 是 192.168.2.1/24（建在 veth1 上）。",
  ),
  fault: text(
    "net1's interface is for VLAN 20: nobody there takes frames of VLAN 10.",
    "net1 的接口属于 VLAN 20：那里没有人收 VLAN 10 的帧。",
  ),
  namespaces: { net0: { addresses: { v10: ["192.168.2.11/24"] } }, net1: { addresses: { w10: ["192.168.2.1/24"] } } },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "device", type: "vlan", at: "net0:v10", over: "net0:veth0", options: "id 10" },
    { kind: "device", type: "vlan", at: "net1:w10", over: "net1:veth1", options: "id 20" },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["vlan-tagged-to-untagged-host"],
  twin: "vlan-ok",
  stamps: "nano",
};
