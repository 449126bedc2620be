// More packets wait for an ARP answer than the queue holds.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "neigh-queue-full",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24; on net0's veth0 only 1000 bytes may wait for an ARP answer.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24；net0 的 veth0 上最多只能有 1000 字节的报文等待 ARP 应答。",
  ),
  fault: text(
    "Nobody has 192.168.2.9, and net0 pings it five times a second: each new request pushes the one before out of the queue, and only the last is told of.",
    "没有人有 192.168.2.9，而 net0 每秒 ping 它五次：每个新请求都把前一个挤出队列，最后只有一个得到报错。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, sysctl: { "net.ipv4.neigh.veth0.unres_qlen_bytes": "1000" } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "6", "-i", "0.2", "192.168.2.9"] }],
  expected: ["arp-no-local-owner", "neigh-queue-full", "host-unreachable-is-local"],
  twin: "arp-ignore-1",
  stamps: "micro",
};
