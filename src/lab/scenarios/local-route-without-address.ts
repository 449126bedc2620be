// A host takes packets in for an address that it does not have, and cannot answer from it.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "local-route-without-address",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "A rule of net1 leads what is for 192.168.5.5 to a table with a local route, and no interface of net1 has that address.",
    "net1 的一条规则把发往 192.168.5.5 的报文导向一张含有 local 路由的表，而 net1 的任何接口都没有这个地址。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, routes: ["192.168.5.5/32 via 192.168.2.1"] },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"] },
      routes: ["local 192.168.5.5/32 dev lo table 100"],
      rules: ["pref 100 to 192.168.5.5 lookup 100"],
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.5.5"] }],
  expected: ["local-route-without-address"],
  twin: "two-namespaces",
  stamps: "nano",
};
