// A packet from outside with a loopback address as its source.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "martian-source-loopback",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "route_localnet=1 lets net0 send with the source 127.0.0.1; net1 refuses it as a martian. ARP passes, since arp_announce=2 lets net0 ask with the address of veth0.",
    "route_localnet=1 使 net0 能以 127.0.0.1 为源地址发送；net1 把它当作 martian 拒绝。ARP 能通过，因为 arp_announce=2 让 net0 用 veth0 的地址询问。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      sysctl: { "net.ipv4.conf.all.route_localnet": "1", "net.ipv4.conf.veth0.arp_announce": "2" },
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "-I", "127.0.0.1", "192.168.2.1"] }],
  expected: ["martian-source-loopback"],
  twin: "rp-filter-loose-no-route",
  stamps: "micro",
};
