// A source that is a broadcast address to the receiver.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "martian-source-invalid",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.127/24, net1 has veth1 192.168.2.1/25; net0 knows net1's MAC address by a permanent entry.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.127/24，net1 的 veth1 是 192.168.2.1/25；net0 有一条记着 net1 的 MAC 地址的永久邻居项。",
  ),
  fault: text(
    "To net1, with its longer prefix and rp_filter=1 on veth1, 192.168.2.127 is a broadcast address: nothing may come from it.",
    "net1 的前缀更长，veth1 上 rp_filter=1：在它看来 192.168.2.127 是广播地址，不能作源地址。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.127/24"] },
      neighbours: ["192.168.2.1 lladdr 02:00:00:00:00:02 dev veth0 nud permanent"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/25"] }, sysctl: { "net.ipv4.conf.veth1.rp_filter": "1" } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["martian-source-invalid"],
  twin: "rp-filter-strict",
  stamps: "micro",
};
