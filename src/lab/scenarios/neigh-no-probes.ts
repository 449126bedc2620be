// The asker is set to ask nobody.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "neigh-no-probes",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "mcast_solicit=0 on net0's veth0: no ARP request is ever sent, and ping is told nothing.",
    "net0 的 veth0 上 mcast_solicit=0：从不发出 ARP 请求，ping 也得不到提示。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, sysctl: { "net.ipv4.neigh.veth0.mcast_solicit": "0" } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["neigh-no-probes"],
  twin: "nft-output-drop",
  stamps: "micro",
};
