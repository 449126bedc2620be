// The broadcast address of the own subnet is pinged.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "broadcast-needs-b",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "192.168.2.255 is the broadcast address of veth0's subnet; ping wants -b for that.",
    "192.168.2.255 是 veth0 所在子网的广播地址；ping 它需要 -b。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "192.168.2.255"] }],
  expected: ["broadcast-needs-b"],
  twin: "route-prohibit",
  stamps: "nano",
};
