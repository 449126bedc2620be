// The IP firewall of the bridge's host drops what is only bridged.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "br-netfilter-drop",
  setup: text(
    "Two namespaces, each with a veth to a bridge in a third: a has veth0 192.168.2.11/24 at port p0, b has veth1 192.168.2.1/24 at port p1.",
    "两个命名空间各用一对 veth 接到第三个命名空间的网桥：a 的 veth0 是 192.168.2.11/24，接端口 p0；b 的 veth1 是 192.168.2.1/24，接端口 p1。",
  ),
  fault: text(
    "The policy of the switch's ip forward chain is drop, and bridge-nf-call-iptables=1 lets bridged IPv4 pass through it; ARP passes.",
    "switch 的 ip forward 链默认策略是 drop，bridge-nf-call-iptables=1 使桥接的 IPv4 也要经过它；ARP 不受影响。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    switch: {
      sysctl: { "net.bridge.bridge-nf-call-iptables": "1" },
      nft: [
        "table ip filter {",
        "  chain forward {",
        "    type filter hook forward priority 0; policy drop;",
        "    iif lo counter accept",
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
  needs: ["br-netfilter"],
  commands: [{ netns: "a", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["br-netfilter-drop"],
  twin: "nft-bridge-drop",
  stamps: "nano",
};
