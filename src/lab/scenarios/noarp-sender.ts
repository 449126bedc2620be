// The asker's interface does no ARP and puts its own MAC address for the neighbour's.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "noarp-sender",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "ARP is off on net0's veth0: frames leave with its own MAC address as the destination.",
    "net0 的 veth0 关闭了 ARP：发出的帧以自己的 MAC 地址为目的地址。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, links: ["veth0 arp off"] },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["noarp-sender"],
  twin: "neigh-wrong-mac",
  stamps: "nano",
};
