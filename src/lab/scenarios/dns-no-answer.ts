// A name server that answers nothing.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "dns-no-answer",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text("A program of net1 has UDP port 53 and answers nothing.", "net1 上有程序占着 UDP 53 端口，但从不应答。"),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, listens: ["udp 0.0.0.0:53 mute"] },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],

  commands: [
    {
      netns: "net0",
      argv: [
        "python3",
        "-c",
        "import socket\ns = socket.socket(type=socket.SOCK_DGRAM)\ns.settimeout(1)\ns.connect(('192.168.2.1', 53))\nfor _ in range(2):\n    s.send(bytes.fromhex('4d2a01000001000000000000') + b'\\x03www\\x07example\\x03com\\0\\0\\x01\\0\\x01')\n    try: raise SystemExit(s.recv(512)[3] & 15)\n    except TimeoutError: print('timed out')\nraise SystemExit(9)",
      ],
    },
  ],
  expected: ["dns-no-answer"],
  twin: "dns-error-answer",
  stamps: "nano",
};
