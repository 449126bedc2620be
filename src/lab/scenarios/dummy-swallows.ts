// A route leads into a dummy interface.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "dummy-swallows",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24 and a dummy interface d0, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 有 veth0（192.168.2.11/24）和一个 dummy 接口 d0，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "A host route sends what is for 192.168.2.1 into d0, which throws everything away.",
    "一条主机路由把发往 192.168.2.1 的报文送进 d0，而 d0 丢弃一切。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, routes: ["192.168.2.1/32 dev d0 src 192.168.2.11"] },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "device", type: "dummy", at: "net0:d0" },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["dummy-swallows"],
  twin: "two-namespaces",
  stamps: "nano",
};
