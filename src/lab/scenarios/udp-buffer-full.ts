// A service over UDP that does not read what it is sent.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "udp-buffer-full",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "The program on UDP port 5300 of net1 hangs, and its receive buffer is full.",
    "net1 上 UDP 5300 端口的程序卡住了，接收缓冲区已满。",
  ),
  namespaces: {
    net0: {
      addresses: {
        veth0: ["192.168.2.11/24"],
      },
    },
    net1: {
      addresses: {
        veth1: ["192.168.2.1/24"],
      },
      listens: ["udp 0.0.0.0:5300 stuck"],
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  before: [
    {
      netns: "net0",
      argv: [
        "python3",
        "-c",
        [
          "import socket",
          "s = socket.socket(type=socket.SOCK_DGRAM)",
          "for _ in range(8): s.sendto(bytes(900), ('192.168.2.1', 5300))",
        ].join("\n"),
      ],
    },
  ],
  commands: [
    {
      netns: "net0",
      argv: [
        "python3",
        "-c",
        [
          "import socket",
          "s = socket.socket(type=socket.SOCK_DGRAM)",
          "s.settimeout(2)",
          "s.connect(('192.168.2.1', 5300))",
          "s.send(b'question')",
          "print(s.recv(100))",
        ].join("\n"),
      ],
    },
  ],
  expected: ["socket-drop"],
  twin: "udp-ok",
  stamps: "nano",
};
