// A port of a host of somebody else's that keeps silent.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-syn-no-answer",
  setup: text(
    "net0 (veth0 192.168.2.11/24) is joined to a host that is somebody else's: only net0 is looked at.",
    "net0（veth0 192.168.2.11/24）与别人的一台主机相连：能看到的只有 net0。",
  ),
  fault: text("A firewall of that host drops what is sent to port 8080.", "那台主机的防火墙丢弃发往 8080 端口的报文。"),
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
      listens: ["tcp 0.0.0.0:8080"],
      nft: [
        "table ip filter {",
        "  chain input {",
        "    type filter hook input priority 0; policy accept;",
        "    tcp dport 8080 counter drop",
        "  }",
        "}",
      ].join("\n"),
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "far:veth1"] }],
  elsewhere: ["far"],
  commands: [
    {
      netns: "net0",
      argv: ["nc", "-vz", "-w", "3", "192.168.2.1", "8080"],
    },
  ],
  expected: ["tcp-syn-no-answer"],
  twin: "tcp-refused",
  stamps: "nano",
};
