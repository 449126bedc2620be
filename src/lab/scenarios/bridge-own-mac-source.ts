// The asker has the MAC address of the bridge itself.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bridge-own-mac-source",
  setup: text(
    "Two namespaces, each with a veth to a bridge in a third: a has veth0 192.168.2.11/24 at port p0, b has veth1 192.168.2.1/24 at port p1.",
    "两个命名空间各用一对 veth 接到第三个命名空间的网桥：a 的 veth0 是 192.168.2.11/24，接端口 p0；b 的 veth1 是 192.168.2.1/24，接端口 p1。",
  ),
  fault: text(
    "a's veth0 has the same MAC address as br0: the bridge takes answers to a as its own.",
    "a 的 veth0 与 br0 的 MAC 地址相同：发给 a 的应答被网桥自己收下，到不了 a。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] }, links: ["veth0 address 02:00:00:00:00:05"] },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    switch: {},
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "3", "192.168.2.1"] }],
  expected: ["bridge-own-mac-source"],
  twin: "duplicate-mac",
  stamps: "nano",
};
