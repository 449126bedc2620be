// A packet from outside to a loopback address.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "martian-destination-loopback",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net0 looks into table local last and sends 127.9.9.9 to 192.168.2.1 by a route of its own; net1 refuses what comes from outside for a loopback address.",
    "net0 最后才查 local 表，并有一条路由把 127.9.9.9 发给 192.168.2.1；net1 拒绝从外面来的、发往环回地址的报文。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      routes: ["127.9.9.9/32 via 192.168.2.1 table 100"],
      rules: ["pref 10 to 127.9.9.9 lookup 100", "pref 20 lookup local"],
      withoutRules: ["pref 0"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "127.9.9.9"] }],
  expected: ["martian-destination-loopback"],
  twin: "martian-source-loopback",
  stamps: "nano",
};
