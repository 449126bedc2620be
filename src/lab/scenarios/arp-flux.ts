// One host, two interfaces on one segment: both answer.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "arp-flux",
  setup: text(
    "Two namespaces on one bridge: a has 192.168.2.11/24; b has two interfaces there, veth1 192.168.2.1/24 and veth2 192.168.2.3/24.",
    "两个命名空间接在同一个网桥上：a 是 192.168.2.11/24；b 有两个接口在上面，veth1 192.168.2.1/24 与 veth2 192.168.2.3/24。",
  ),
  fault: text(
    "b answers for 192.168.2.3 on both interfaces, each with its own MAC address; the ping works all the same.",
    "b 在两个接口上都为 192.168.2.3 应答，MAC 地址各不相同；ping 仍然能通。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"], veth2: ["192.168.2.3/24"] } },
    switch: {},
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "veth", ends: ["b:veth2", "switch:p2"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1", "p2"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "3", "192.168.2.3"] }],
  expected: ["arp-flux"],
  twin: "duplicate-address",
  stamps: "micro",
};
