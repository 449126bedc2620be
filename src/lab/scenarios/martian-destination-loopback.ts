// A packet from outside that destination NAT turns to a loopback address.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "martian-destination-loopback",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net1's prerouting hook sends what is for 192.168.2.1 to 127.0.0.1, which without route_localnet may not come in by veth1.",
    "net1 的 prerouting 钩子把发给 192.168.2.1 的报文改发给 127.0.0.1；没有 route_localnet，这样的报文不允许从 veth1 进来。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"] },
      nft: [
        "table ip nat {",
        "  chain prerouting {",
        "    type nat hook prerouting priority -100; policy accept;",
        "    ip daddr 192.168.2.1 counter dnat to 127.0.0.1",
        "  }",
        "}",
      ].join("\n"),
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["martian-destination-loopback"],
  twin: "nft-input-drop",
  stamps: "nano",
};
