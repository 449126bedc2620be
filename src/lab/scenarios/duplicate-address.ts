// Two hosts with the same address.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "duplicate-address",
  setup: text(
    "Three namespaces on one bridge: a has 192.168.2.11/24, b and c have 192.168.2.1/24.",
    "三个命名空间接在同一个网桥上：a 是 192.168.2.11/24，b 与 c 都是 192.168.2.1/24。",
  ),
  fault: text(
    "Two hosts have 192.168.2.1: both answer the ARP request, and chance decides which of them is pinged.",
    "两台主机都有 192.168.2.1：都应答 ARP 请求，ping 到哪一台全凭运气。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    c: { addresses: { veth2: ["192.168.2.1/24"] } },
    switch: {},
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "veth", ends: ["c:veth2", "switch:p2"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1", "p2"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "3", "192.168.2.1"] }],
  expected: ["duplicate-address"],
  twin: "arp-flux",
  stamps: "nano",
};
