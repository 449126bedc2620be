// The target's firewall resets the connection.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "nft-reject-tcp",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "A rule of net1's input hook rejects port 8080 with a TCP reset, where a service listens.",
    "net1 的 input 钩子上有一条规则用 TCP 复位拒绝 8080 端口，该端口有服务监听。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"] },
      listens: ["tcp 0.0.0.0:8080"],
      nft: [
        "table inet filter {",
        "  chain input {",
        "    type filter hook input priority 0; policy accept;",
        "    tcp dport 8080 counter reject with tcp reset",
        "  }",
        "}",
      ].join("\n"),
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["nc", "-vz", "-w", "3", "192.168.2.1", "8080"] }],
  expected: ["nft-reject"],
  twin: "port-no-listener",
  stamps: "nano",
};
