// The healthy path of a socket that is bound to the VRF.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "vrf-ok",
  setup: text(
    "Two namespaces joined by a veth pair; net0's veth0 192.168.2.11/24 belongs to the VRF red (table 100), net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连；net0 的 veth0（192.168.2.11/24）属于 VRF red（表 100），net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text("Nothing is broken.", "没有故障。"),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, links: ["veth0 master red"] },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "device", type: "vrf", at: "net0:red", options: "table 100" },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "-I", "red", "192.168.2.1"] }],
  expected: ["answered"],
  twin: "vrf-unbound",
  stamps: "nano",
};
