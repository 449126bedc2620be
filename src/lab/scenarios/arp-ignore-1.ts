// An address that is there, but on another interface than the one that is asked.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "arp-ignore-1",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24; net1 has veth1 192.168.2.1/24, and 192.168.9.1 on lo.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24；net1 的 veth1 是 192.168.2.1/24，lo 上还有 192.168.9.1。",
  ),
  fault: text(
    "arp_ignore=1 on veth1: it answers only for addresses of its own, not for 192.168.9.1 on lo.",
    "veth1 上 arp_ignore=1：只为自己的地址应答，不为 lo 上的 192.168.9.1 应答。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, routes: ["192.168.9.1/32 dev veth0"] },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"], lo: ["192.168.9.1/32"] },
      sysctl: { "net.ipv4.conf.veth1.arp_ignore": "1" },
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "4", "192.168.9.1"] }],
  expected: ["arp-ignore-1"],
  twin: "arp-ignore-8",
  stamps: "micro",
};
