// A rule for one source address leads to a gateway that is not there.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "policy-routing-wrong-table",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24 and 192.168.2.12/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 有 192.168.2.11/24 与 192.168.2.12/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "What comes from 192.168.2.12 is routed by table 100, whose gateway 192.168.2.254 nobody has; from 192.168.2.11 the ping works.",
    "源地址为 192.168.2.12 的报文查 100 号表，那里的网关 192.168.2.254 没有谁拥有；用 192.168.2.11 作源地址则能 ping 通。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24", "192.168.2.12/24"] },
      routes: ["default via 192.168.2.254 table 100"],
      rules: ["pref 100 from 192.168.2.12 lookup 100"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-I", "192.168.2.12", "192.168.2.1"] }],
  expected: ["policy-routing-wrong-table"],
  twin: "gateway-arp-failed",
  stamps: "micro",
};
