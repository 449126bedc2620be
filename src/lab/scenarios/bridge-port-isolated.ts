// Both ports are isolated from each other.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bridge-port-isolated",
  setup: text(
    "Three namespaces, each with a veth to a bridge in a fourth: a has veth0 192.168.2.11/24 at port p0, b has veth1 192.168.2.1/24 at port p1, c has veth2 192.168.2.2/24 at port p2.",
    "三个命名空间各用一对 veth 接到第四个命名空间的网桥：a 的 veth0 是 192.168.2.11/24，接端口 p0；b 的 veth1 是 192.168.2.1/24，接端口 p1；c 的 veth2 是 192.168.2.2/24，接端口 p2。",
  ),
  fault: text(
    "p0 and p1 are isolated: what comes in by one does not leave by the other.",
    "p0 与 p1 都设为 isolated：从一个进来的帧不会从另一个出去。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    c: { addresses: { veth2: ["192.168.2.2/24"] } },
    switch: { bridge: ["link set dev p0 isolated on", "link set dev p1 isolated on"] },
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "veth", ends: ["c:veth2", "switch:p2"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1", "p2"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "3", "192.168.2.1"] }],
  expected: ["bridge-port-isolated"],
  twin: "bridge-flood-off",
  stamps: "nano",
};
