// The port lets in only hosts that it knows.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bridge-port-locked",
  setup: text(
    "Two namespaces, each with a veth to a bridge in a third: a has veth0 192.168.2.11/24 at port p0, b has veth1 192.168.2.1/24 at port p1.",
    "两个命名空间各用一对 veth 接到第三个命名空间的网桥：a 的 veth0 是 192.168.2.11/24，接端口 p0；b 的 veth1 是 192.168.2.1/24，接端口 p1。",
  ),
  fault: text(
    "p0 is locked, and no entry allows a's MAC address there: nothing from a comes in.",
    "p0 已锁定，没有表项允许 a 的 MAC 地址：a 的帧进不来。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    switch: { bridge: ["link set dev p0 learning off locked on"] },
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1"] },
  ],
  needs: ["bridge-locked"],
  commands: [{ netns: "a", argv: ["ping", "-c", "3", "192.168.2.1"] }],
  expected: ["bridge-port-locked"],
  twin: "bridge-port-state",
  stamps: "nano",
};
