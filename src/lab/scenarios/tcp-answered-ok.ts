// A connection on which both sides speak.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-answered-ok",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net1 answers what is sent to its port 8080: nothing is broken.",
    "net1 会应答发往 8080 端口的数据：没有故障。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, listens: ["tcp 0.0.0.0:8080 answers"] },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],

  commands: [
    {
      netns: "net0",
      argv: [
        "python3",
        "-c",
        "import socket\ns = socket.create_connection(('192.168.2.1', 8080), 3)\ns.settimeout(2)\ns.sendall(b'question')\nprint(s.recv(100))",
      ],
    },
  ],
  expected: ["connected"],
  twin: "tcp-reset",
  stamps: "nano",
};
