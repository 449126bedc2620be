// The target got another MAC address and said so, and the asker did not listen.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "gratuitous-arp-dropped",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "veth1 gets another MAC address and announces it (arp_notify); net0 throws the announcement away (drop_gratuitous_arp=1) and goes on sending to the old one.",
    "veth1 换了 MAC 地址并发出通告（arp_notify）；net0 丢弃了通告（drop_gratuitous_arp=1），仍然发往旧地址。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      sysctl: {
        "net.ipv4.conf.veth0.drop_gratuitous_arp": "1",
        "net.ipv4.neigh.veth0.base_reachable_time_ms": "300000",
      },
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, sysctl: { "net.ipv4.conf.veth1.arp_notify": "1" } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  before: [{ netns: "net0", argv: ["ping", "-c", "1", "-W", "1", "192.168.2.1"] }],
  meanwhile: [{ netns: "net1", argv: ["ip", "link", "set", "veth1", "address", "02:00:00:00:00:99"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["gratuitous-arp-dropped"],
  twin: "neigh-stale-mac-changed",
  stamps: "nano",
};
