// A unicast packet in a broadcast frame, to a host that refuses such.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "unicast-in-l2-broadcast",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net0 has a permanent neighbour entry that says ff:ff:ff:ff:ff:ff, so that its requests go out in broadcast frames; net1 drops such packets (drop_unicast_in_l2_multicast=1).",
    "net0 有一条写着 ff:ff:ff:ff:ff:ff 的永久邻居项，请求因此装在广播帧里发出；net1 丢弃这样的报文（drop_unicast_in_l2_multicast=1）。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      neighbours: ["192.168.2.1 lladdr ff:ff:ff:ff:ff:ff dev veth0 nud permanent"],
    },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"] },
      sysctl: { "net.ipv4.conf.veth1.drop_unicast_in_l2_multicast": "1" },
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["unicast-in-l2-broadcast"],
  twin: "neigh-wrong-mac",
  stamps: "micro",
};
