// A service that takes a connection and never reads from it.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-zero-window",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "The service on port 8080 of net1 reads nothing, and its receive buffer is small.",
    "net1 上 8080 端口的服务从不读取数据，接收缓冲区也很小。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"] },
      listens: ["tcp 0.0.0.0:8080"],
      sysctl: { "net.ipv4.tcp_rmem": "4096 8192 16384" },
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],

  commands: [
    {
      netns: "net0",
      argv: [
        "python3",
        "-c",
        "import socket\ns = socket.create_connection(('192.168.2.1', 8080), 3)\ns.settimeout(3)\ns.sendall(bytes(400000))\nprint(s.recv(100))",
      ],
    },
  ],
  expected: ["tcp-zero-window"],
  twin: "tcp-answered-ok",
  stamps: "nano",
};
