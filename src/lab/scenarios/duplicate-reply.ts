// Two hosts answer one broadcast ping.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "duplicate-reply",
  setup: text(
    "Three namespaces, each with a veth to a bridge in a fourth: a has veth0 192.168.2.11/24 at port p0, b has veth1 192.168.2.1/24 at port p1, c has veth2 192.168.2.2/24 at port p2.",
    "三个命名空间各用一对 veth 接到第四个命名空间的网桥：a 的 veth0 是 192.168.2.11/24，接端口 p0；b 的 veth1 是 192.168.2.1/24，接端口 p1；c 的 veth2 是 192.168.2.2/24，接端口 p2。",
  ),
  fault: text(
    "a pings the broadcast address, and b and c both answer (icmp_echo_ignore_broadcasts=0): one request, two replies.",
    "a ping 广播地址，b 和 c 都应答（icmp_echo_ignore_broadcasts=0）：一个请求，两个应答。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"] }, sysctl: { "net.ipv4.icmp_echo_ignore_broadcasts": "0" } },
    c: { addresses: { veth2: ["192.168.2.2/24"] }, sysctl: { "net.ipv4.icmp_echo_ignore_broadcasts": "0" } },
    switch: {},
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "veth", ends: ["c:veth2", "switch:p2"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1", "p2"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-b", "-c", "2", "192.168.2.255"] }],
  expected: ["duplicate-reply"],
  twin: "broadcast-needs-b",
  stamps: "micro",
};
