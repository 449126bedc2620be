// A firewall that rejects a UDP port.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "udp-reject",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text("net1 rejects UDP port 5300 in its input hook.", "net1 在 input 钩子拒绝 UDP 5300 端口。"),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"] },
      listens: ["udp 0.0.0.0:5300"],
      nft: "table ip filter {\n  chain input {\n    type filter hook input priority 0; policy accept;\n    udp dport 5300 counter reject\n  }\n}",
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],

  commands: [
    {
      netns: "net0",
      argv: [
        "python3",
        "-c",
        "import socket\ns = socket.socket(type=socket.SOCK_DGRAM)\ns.settimeout(2)\ns.connect(('192.168.2.1', 5300))\ns.send(b'question')\nprint(s.recv(100))",
      ],
    },
  ],
  expected: ["nft-reject"],
  twin: "udp-port-no-listener",
  stamps: "nano",
};
