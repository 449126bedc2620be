// A firewall of the bridge family drops the frame.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "nft-bridge-drop",
  setup: text(
    "Two namespaces, each with a veth to a bridge in a third: a has veth0 192.168.2.11/24 at port p0, b has veth1 192.168.2.1/24 at port p1.",
    "两个命名空间各用一对 veth 接到第三个命名空间的网桥：a 的 veth0 是 192.168.2.11/24，接端口 p0；b 的 veth1 是 192.168.2.1/24，接端口 p1。",
  ),
  fault: text(
    "A rule of the switch's bridge family drops bridged ICMP; ARP passes.",
    "switch 的 bridge 族规则丢弃桥接的 ICMP；ARP 不受影响。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    switch: {
      nft: [
        "table bridge filter {",
        "  chain forward {",
        "    type filter hook forward priority 0; policy accept;",
        "    ip protocol icmp counter drop",
        "  }",
        "}",
      ].join("\n"),
    },
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["nft-bridge-drop"],
  twin: "br-netfilter-drop",
  stamps: "nano",
};
