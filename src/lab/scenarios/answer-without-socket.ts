// The SYN-ACK goes to another host that has the asker's address too.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "answer-without-socket",
  setup: text(
    "Three hosts on a bridge: a and c both have 10.0.1.1/24, b has 10.0.1.2/24.",
    "网桥上有三台主机：a 和 c 都是 10.0.1.1/24，b 是 10.0.1.2/24。",
  ),
  fault: text(
    "b has a permanent neighbour entry for 10.0.1.1 with the MAC address of c: its SYN-ACK ends at c, which knows nothing of the connection.",
    "b 上 10.0.1.1 的永久邻居表项是 c 的 MAC：它的 SYN-ACK 到了 c，而 c 对这个连接一无所知。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["10.0.1.1/24"] } },
    b: {
      addresses: { veth0: ["10.0.1.2/24"] },
      neighbours: ["10.0.1.1 lladdr 02:00:00:00:00:05 nud permanent dev veth0"],
      listens: ["tcp 0.0.0.0:8080"],
    },
    c: { addresses: { veth0: ["10.0.1.1/24"] } },
    switch: {},
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth0", "switch:p1"] },
    { kind: "veth", ends: ["c:veth0", "switch:p2"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1", "p2"] },
  ],
  commands: [{ netns: "a", argv: ["nc", "-vz", "-w", "3", "10.0.1.2", "8080"] }],
  expected: ["answer-without-socket"],
  twin: "port-ok",
  stamps: "nano",
};
