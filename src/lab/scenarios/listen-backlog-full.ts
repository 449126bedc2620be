// A service that accepts nothing any more.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "listen-backlog-full",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "The service of net1 accepts no connection, and its backlog is full.",
    "net1 的服务不再接受连接，backlog 已满。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, listens: ["tcp 0.0.0.0:8080 full"] },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["nc", "-vz", "-w", "3", "192.168.2.1", "8080"] }],
  expected: ["listen-backlog-full"],
  twin: "nft-input-drop-tcp",
  stamps: "nano",
};
