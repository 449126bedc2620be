// A port that a host of somebody else's refuses.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-refused",
  setup: text(
    "net0 (veth0 192.168.2.11/24) is joined to a host that is somebody else's: only net0 is looked at.",
    "net0（veth0 192.168.2.11/24）与别人的一台主机相连：能看到的只有 net0。",
  ),
  fault: text("Nothing listens on port 8080 of that host.", "那台主机的 8080 端口没有程序监听。"),
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
      listens: [],
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
  expected: ["tcp-refused"],
  twin: "port-no-listener",
  stamps: "nano",
};
