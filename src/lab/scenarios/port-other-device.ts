// The service is bound to another interface.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "port-other-device",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "The service of net1 listens on every address, but is bound to lo.",
    "net1 的服务监听所有地址，但绑定在 lo 上。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, listens: ["tcp 0.0.0.0%lo:8080"] },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["nc", "-vz", "-w", "3", "192.168.2.1", "8080"] }],
  expected: ["port-other-device"],
  twin: "port-other-address",
  stamps: "nano",
};
