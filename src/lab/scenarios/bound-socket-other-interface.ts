// The answer comes in by another interface than the one that ping is bound to.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bound-socket-other-interface",
  setup: text(
    "Two namespaces joined by two veth pairs: 192.168.2.0/24 between net0's veth0 and net1's veth1, 192.168.3.0/24 between veth2 and veth3; net1 has 10.8.8.1/32 on lo.",
    "两个命名空间由两对 veth 相连：net0 的 veth0 与 net1 的 veth1 之间是 192.168.2.0/24，veth2 与 veth3 之间是 192.168.3.0/24；net1 的 lo 上有 10.8.8.1/32。",
  ),
  fault: text(
    "net1 answers by veth3: the reply reaches net0 on veth2, and the socket bound to veth0 does not get it.",
    "net1 经 veth3 应答：应答到了 net0 的 veth2，绑定在 veth0 上的套接字收不到。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"], veth2: ["192.168.3.11/24"] },
      routes: ["10.8.8.0/24 via 192.168.2.1"],
    },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"], veth3: ["192.168.3.1/24"], lo: ["10.8.8.1/32"] },
      sysctl: { "net.ipv4.conf.all.arp_announce": "2" },
      routes: ["192.168.2.11/32 via 192.168.3.11"],
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net0:veth2", "net1:veth3"] },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "-I", "veth0", "10.8.8.1"] }],
  expected: ["bound-socket-other-interface"],
  twin: "asymmetric-routing",
  stamps: "nano",
};
