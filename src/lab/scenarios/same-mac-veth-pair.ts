// Both ends of one veth pair have the same MAC address.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "same-mac-veth-pair",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24; both interfaces have the MAC address 02:00:00:00:00:01.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24；两个接口的 MAC 地址都是 02:00:00:00:00:01。",
  ),
  fault: text(
    "Nothing: the kernel does not look at the source MAC address of what comes in, and the ping works.",
    "没有故障：内核不检查进来的帧的源 MAC 地址，ping 照样通。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, links: ["veth1 address 02:00:00:00:00:01"] },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "192.168.2.1"] }],
  expected: ["answered", "same-mac-veth-pair"],
  twin: "duplicate-mac",
  stamps: "micro",
};
