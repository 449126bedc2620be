// The target has the MAC address of a bridge port.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bridge-fdb-local-mac",
  setup: text(
    "Three namespaces, each with a veth to a bridge in a fourth: a has veth0 192.168.2.11/24 at port p0, b has veth1 192.168.2.1/24 at port p1, c has veth2 192.168.2.2/24 at port p2.",
    "三个命名空间各用一对 veth 接到第四个命名空间的网桥：a 的 veth0 是 192.168.2.11/24，接端口 p0；b 的 veth1 是 192.168.2.1/24，接端口 p1；c 的 veth2 是 192.168.2.2/24，接端口 p2。",
  ),
  fault: text(
    "b's veth1 has the same MAC address as the port p2: the bridge takes frames for it as its own.",
    "b 的 veth1 与端口 p2 的 MAC 地址相同：网桥把发给它的帧当作发给自己的。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"] }, links: ["veth1 address 02:00:00:00:00:06"] },
    c: { addresses: { veth2: ["192.168.2.2/24"] } },
    switch: {},
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "veth", ends: ["c:veth2", "switch:p2"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1", "p2"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["bridge-fdb-local-mac"],
  twin: "bridge-fdb-wrong-port",
  stamps: "micro",
};
