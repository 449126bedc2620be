// A loopback address as the source of a packet that would leave the host.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "loopback-source-off-host",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "ping is to use 127.0.0.1 as its source; no packet with it may leave by veth0.",
    "要求 ping 以 127.0.0.1 为源地址；这样的报文不允许从 veth0 发出。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "-I", "127.0.0.1", "192.168.2.1"] }],
  expected: ["loopback-source-off-host"],
  twin: "martian-source-loopback",
  stamps: "micro",
};
