// A loopback address is asked for on the wire.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "arp-loopback-target",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net0 looks into table local last and has a route to 127.9.9.9 over veth0: it asks for that address, and nobody may answer for a loopback address.",
    "net0 最后才查 local 表，并有一条经 veth0 到 127.9.9.9 的路由：它询问这个地址，而环回地址谁也不会应答。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      routes: ["127.9.9.9/32 dev veth0 table 100"],
      rules: ["pref 10 to 127.9.9.9 lookup 100", "pref 20 lookup local"],
      withoutRules: ["pref 0"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "127.9.9.9"] }],
  expected: ["arp-loopback-target"],
  twin: "veth-one-address",
  stamps: "micro",
};
