// A DHCP client on a link without a server.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "dhcp-no-offer",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has no address yet, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 还没有地址，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text("net1 runs no DHCP server.", "net1 没有运行 DHCP 服务器。"),
  namespaces: { net0: {}, net1: { addresses: { veth1: ["192.168.2.1/24"] }, listens: [] } },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],

  commands: [
    {
      netns: "net0",
      argv: [
        "python3",
        "-c",
        "import socket\ns = socket.socket(type=socket.SOCK_DGRAM)\ns.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)\ns.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'veth0')\ns.bind(('0.0.0.0', 68))\ns.settimeout(1)\nask = bytes.fromhex('01010600deadbeef00008000') + bytes(16) + bytes.fromhex('020000000001') + bytes(202) + bytes.fromhex('63825363350101ff')\nfor _ in range(3):\n    s.sendto(ask, ('255.255.255.255', 67))\n    try: print(s.recv(600)); break\n    except TimeoutError: print('no offer')\nelse: raise SystemExit(1)",
      ],
    },
  ],
  expected: ["dhcp-no-offer"],
  twin: "dns-no-answer",
  stamps: "nano",
};
