// A ping to a multicast group that nobody has joined.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "multicast-no-member",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net0 pings the group 239.77.0.1; net1 has not joined it and drops the packet.",
    "net0 ping 组播组 239.77.0.1；net1 没有加入这个组，把报文丢弃。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "-I", "veth0", "239.77.0.1"] }],
  expected: ["multicast-no-member"],
  twin: "broadcast-needs-b",
  stamps: "micro",
};
