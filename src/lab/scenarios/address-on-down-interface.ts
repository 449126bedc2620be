// The pinged address is on an interface that is down, and is answered for all the same.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "address-on-down-interface",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24 and a route to 192.168.9.0/24, net1 has veth1 192.168.2.1/24 and veth2 192.168.9.1/24, whose pair stays inside net1.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，有到 192.168.9.0/24 的路由；net1 的 veth1 是 192.168.2.1/24，veth2 是 192.168.9.1/24，veth2 的另一端也在 net1 里。",
  ),
  fault: text(
    "Nothing is broken: veth2 is down, but 192.168.9.1 stays in table local and is answered for through veth1.",
    "没有故障：veth2 没有启用，但 192.168.9.1 仍在 local 表里，经 veth1 照常应答。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, routes: ["192.168.9.0/24 via 192.168.2.1"] },
    net1: { addresses: { veth1: ["192.168.2.1/24"], veth2: ["192.168.9.1/24"] }, down: ["veth2", "veth3"] },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net1:veth2", "net1:veth3"] },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "192.168.9.1"] }],
  expected: ["address-on-down-interface"],
  twin: "arp-ignore-1",
  stamps: "nano",
};
