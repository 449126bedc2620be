// The neighbour has another MAC address now, and the old entry is still used for a while.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "neigh-stale-mac-changed",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net0 remembers an old MAC address of 192.168.2.1: the first requests go there, then three unicast ARP requests, then it asks everybody and the ping works.",
    "net0 记着 192.168.2.1 的旧 MAC 地址：最初的请求发往那里，接着是三次单播 ARP 请求，然后重新广播询问，ping 恢复。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      sysctl: { "net.ipv4.neigh.veth0.delay_first_probe_time": "1" },
      neighbours: ["192.168.2.1 lladdr 02:00:00:00:00:99 dev veth0 nud stale"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "7", "192.168.2.1"] }],
  expected: ["neigh-stale-mac-changed"],
  twin: "neigh-wrong-mac",
  stamps: "nano",
};
