// The bridge answers ARP for the target itself, with an old MAC address.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bridge-neigh-suppress",
  setup: text(
    "Two namespaces, each with a veth to a bridge in a third: a has veth0 192.168.2.11/24 at port p0, b has veth1 192.168.2.1/24 at port p1.",
    "两个命名空间各用一对 veth 接到第三个命名空间的网桥：a 的 veth0 是 192.168.2.11/24，接端口 p0；b 的 veth1 是 192.168.2.1/24，接端口 p1。",
  ),
  fault: text(
    "neigh_suppress is on at p1, and br0 has a neighbour entry for 192.168.2.1 with a MAC address that b does not have: the bridge answers with it.",
    "p1 上开启了 neigh_suppress，而 br0 的 192.168.2.1 邻居项是 b 并不拥有的 MAC 地址：网桥就用它应答。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    switch: {
      neighbours: ["192.168.2.1 lladdr 02:00:00:00:00:99 dev br0 nud permanent"],
      bridge: ["link set dev p1 neigh_suppress on", "fdb replace 02:00:00:00:00:99 dev p1 master static"],
    },
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["bridge-neigh-suppress"],
  twin: "neigh-wrong-mac",
  stamps: "micro",
};
