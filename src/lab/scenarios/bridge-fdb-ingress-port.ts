// The forwarding table says that the target is where the frame comes from.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bridge-fdb-ingress-port",
  setup: text(
    "Two namespaces, each with a veth to a bridge in a third: a has veth0 192.168.2.11/24 at port p0, b has veth1 192.168.2.1/24 at port p1.",
    "两个命名空间各用一对 veth 接到第三个命名空间的网桥：a 的 veth0 是 192.168.2.11/24，接端口 p0；b 的 veth1 是 192.168.2.1/24，接端口 p1。",
  ),
  fault: text(
    "A sticky entry says that b's MAC address is behind p0, where a is: the bridge does not send a frame back to where it came from.",
    "一条 sticky 的转发表项说 b 的 MAC 地址在 p0 后面，而那里是 a：网桥不会把帧发回它来的端口。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    switch: { bridge: ["fdb replace 02:00:00:00:00:03 dev p0 master static sticky"] },
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["bridge-fdb-ingress-port"],
  twin: "bridge-fdb-wrong-port",
  stamps: "nano",
};
