// A bridge with STP whose ports have only just come up.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bridge-stp-forward-delay",
  setup: text(
    "Two namespaces, each with a veth to a bridge in a third: a has veth0 192.168.2.11/24 at port p0, b has veth1 192.168.2.1/24 at port p1.",
    "两个命名空间各用一对 veth 接到第三个命名空间的网桥：a 的 veth0 是 192.168.2.11/24，接端口 p0；b 的 veth1 是 192.168.2.1/24，接端口 p1。",
  ),
  fault: text(
    "STP is on, and forward_delay is 15 s: the ports are listening for 15 s and learning for as long, and forward nothing until then.",
    "STP 已开启，forward_delay 为 15 秒：端口先监听 15 秒，再学习 15 秒，在此之前什么也不转发。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    switch: {},
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1"], options: "stp_state 1 forward_delay 1500" },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "3", "192.168.2.1"] }],
  expected: ["bridge-stp-forward-delay"],
  twin: "bridge-port-state",
  stamps: "nano",
};
