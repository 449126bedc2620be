// A service over UDP of a host of somebody else's that keeps silent.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "udp-no-answer",
  setup: text(
    "net0 (veth0 192.168.2.11/24) is joined to a host that is somebody else's: only net0 is looked at.",
    "net0（veth0 192.168.2.11/24）与别人的一台主机相连：能看到的只有 net0。",
  ),
  fault: text(
    "A program of that host has UDP port 5300 and answers nothing.",
    "那台主机上有程序占着 UDP 5300 端口，但从不应答。",
  ),
  namespaces: {
    net0: {
      addresses: {
        veth0: ["192.168.2.11/24"],
      },
    },
    far: {
      addresses: {
        veth1: ["192.168.2.1/24"],
      },
      listens: ["udp 0.0.0.0:5300 mute"],
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "far:veth1"] }],
  elsewhere: ["far"],
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
  expected: ["udp-no-answer"],
  twin: "udp-ok",
  stamps: "nano",
};
