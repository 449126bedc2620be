// Two hosts with the same MAC address.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "duplicate-mac",
  setup: text(
    "Three namespaces, each with a veth to a bridge in a fourth: a has veth0 192.168.2.11/24 at port p0, b has veth1 192.168.2.1/24 at port p1, c has veth2 192.168.2.2/24 at port p2.",
    "三个命名空间各用一对 veth 接到第四个命名空间的网桥：a 的 veth0 是 192.168.2.11/24，接端口 p0；b 的 veth1 是 192.168.2.1/24，接端口 p1；c 的 veth2 是 192.168.2.2/24，接端口 p2。",
  ),
  fault: text(
    "b and c have the same MAC address, and c spoke last: the bridge sends a's request for b to c.",
    "b 与 c 的 MAC 地址相同，而 c 刚说过话：网桥把 a 发给 b 的请求送到了 c。",
  ),
  namespaces: {
    a: {
      addresses: { veth0: ["192.168.2.11/24"] },
      neighbours: ["192.168.2.1 lladdr 02:00:00:00:00:03 dev veth0 nud reachable"],
    },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    c: { addresses: { veth2: ["192.168.2.2/24"] }, links: ["veth2 address 02:00:00:00:00:03"] },
    switch: { bridge: ["fdb replace 02:00:00:00:00:03 dev p2 master dynamic"] },
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "veth", ends: ["c:veth2", "switch:p2"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1", "p2"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["duplicate-mac"],
  twin: "bridge-fdb-wrong-port",
  stamps: "micro",
};
