// A server with two addresses that answers a datagram from the other one.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "udp-answered-from-elsewhere",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24 and 192.168.2.2/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24 和 192.168.2.2/24。",
  ),
  fault: text(
    "net1 listens on UDP port 5300 of all addresses; what is asked of 192.168.2.2 is answered from 192.168.2.1.",
    "net1 在所有地址的 UDP 5300 端口监听；发给 192.168.2.2 的询问，应答来自 192.168.2.1。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24", "192.168.2.2/24"] },
      listens: ["udp 0.0.0.0:5300"],
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [
    {
      netns: "net0",
      argv: [
        "python3",
        "-c",
        "import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.settimeout(2); s.connect(('192.168.2.2', 5300)); s.send(b'question'); print(s.recv(100))",
      ],
    },
  ],
  expected: ["udp-answered-from-elsewhere"],
  twin: "udp-ok",
  stamps: "nano",
};
