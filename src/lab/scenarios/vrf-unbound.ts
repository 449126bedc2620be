// A socket outside of the VRF that holds the route.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "vrf-unbound",
  setup: text(
    "Two namespaces joined by a veth pair; net0's veth0 192.168.2.11/24 belongs to the VRF red (table 100), net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连；net0 的 veth0（192.168.2.11/24）属于 VRF red（表 100），net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "ping is not bound to red, and no other table has the route.",
    "ping 没有绑定到 red，而别的路由表里没有这条路由。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, links: ["veth0 master red"] },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "device", type: "vrf", at: "net0:red", options: "table 100" },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["no-route"],
  twin: "vrf-ok",
  stamps: "nano",
};
