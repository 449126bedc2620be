// The forwarding table of the bridge names the wrong port.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bridge-fdb-wrong-port",
  setup: text(
    "Three namespaces, each with a veth to a bridge in a fourth: a has veth0 192.168.2.11/24 at port p0, b has veth1 192.168.2.1/24 at port p1, c has veth2 192.168.2.2/24 at port p2.",
    "三个命名空间各用一对 veth 接到第四个命名空间的网桥：a 的 veth0 是 192.168.2.11/24，接端口 p0；b 的 veth1 是 192.168.2.1/24，接端口 p1；c 的 veth2 是 192.168.2.2/24，接端口 p2。",
  ),
  fault: text(
    "A sticky entry says that b's MAC address is behind p2, where c is: ARP passes, the echo request goes to c.",
    "一条 sticky 的转发表项说 b 的 MAC 地址在 p2 后面，而那里是 c：ARP 能通过，echo 请求却到了 c。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    c: { addresses: { veth2: ["192.168.2.2/24"] } },
    switch: { bridge: ["fdb replace 02:00:00:00:00:03 dev p2 master static sticky"] },
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "veth", ends: ["c:veth2", "switch:p2"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1", "p2"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["bridge-fdb-wrong-port"],
  twin: "duplicate-mac",
  stamps: "micro",
};
