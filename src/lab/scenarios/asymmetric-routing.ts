// The reply comes back by another interface, and the asker's own filter drops it.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "asymmetric-routing",
  setup: text(
    "Two namespaces joined by two veth pairs: net0 asks 10.8.8.1 (on net1's lo) from 10.5.5.1 (on its own lo) by veth0, and net1 answers by veth3.",
    "两个命名空间由两对 veth 相连：net0 用 10.5.5.1（在自己的 lo 上）经 veth0 去问 10.8.8.1（在 net1 的 lo 上），net1 经 veth3 应答。",
  ),
  fault: text(
    "rp_filter=1 on net0's veth2: the reply arrives by another way than the request went, and is dropped.",
    "net0 的 veth2 上 rp_filter=1：应答从另一条路回来，被丢弃。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"], veth2: ["192.168.3.11/24"], lo: ["10.5.5.1/32"] },
      sysctl: { "net.ipv4.conf.veth2.rp_filter": "1" },
      routes: ["10.8.8.0/24 via 192.168.2.1"],
    },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"], veth3: ["192.168.3.1/24"], lo: ["10.8.8.1/32"] },
      sysctl: { "net.ipv4.conf.all.arp_announce": "2" },
      routes: ["10.5.5.0/24 via 192.168.3.11"],
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net0:veth2", "net1:veth3"] },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "-I", "10.5.5.1", "10.8.8.1"] }],
  expected: ["asymmetric-routing"],
  twin: "rp-filter-strict",
  stamps: "nano",
};
