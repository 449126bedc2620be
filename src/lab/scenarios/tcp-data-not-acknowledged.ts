// Data of a connection that a rule drops.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-data-not-acknowledged",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "A rule of net1 lets connections to port 8080 begin, and drops what is pushed on them.",
    "net1 有一条规则，放行到 8080 端口的握手，却丢弃其上带 PSH 的数据。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"] },
      listens: ["tcp 0.0.0.0:8080 answers"],
      nft: "table ip filter {\n  chain input {\n    type filter hook input priority 0; policy accept;\n    tcp dport 8080 tcp flags & psh == psh counter drop\n  }\n}",
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],

  commands: [
    {
      netns: "net0",
      argv: [
        "python3",
        "-c",
        "import socket\ns = socket.create_connection(('192.168.2.1', 8080), 3)\ns.settimeout(3)\ns.sendall(b'question')\nprint(s.recv(100))",
      ],
    },
  ],
  expected: ["tcp-data-not-acknowledged"],
  twin: "tcp-answered-ok",
  stamps: "nano",
};
