// The healthy path through a VXLAN tunnel.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "vxlan-ok",
  setup: text(
    "Two namespaces joined by a veth pair (10.0.0.1/24 on veth0, 10.0.0.2/24 on veth1), and between them a VXLAN tunnel: net0 has t0 192.168.2.11/24, net1 has t1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连（veth0 是 10.0.0.1/24，veth1 是 10.0.0.2/24），之间有一条 VXLAN 隧道：net0 的 t0 是 192.168.2.11/24，net1 的 t1 是 192.168.2.1/24。",
  ),
  fault: text("Nothing is broken.", "没有故障。"),
  namespaces: {
    net0: { addresses: { veth0: ["10.0.0.1/24"], t0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["10.0.0.2/24"], t1: ["192.168.2.1/24"] } },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "device", type: "vxlan", at: "net0:t0", options: "id 42 remote 10.0.0.2 local 10.0.0.1 dstport 4789" },
    { kind: "device", type: "vxlan", at: "net1:t1", options: "id 42 remote 10.0.0.1 local 10.0.0.2 dstport 4789" },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["answered"],
  twin: "tunnel-no-match",
  stamps: "nano",
};
