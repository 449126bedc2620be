// A host that is told not to answer pings.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "icmp-echo-ignore-all",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "icmp_echo_ignore_all=1 in net1: echo requests are taken and not answered.",
    "net1 上 icmp_echo_ignore_all=1：收下 echo 请求，但不应答。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, sysctl: { "net.ipv4.icmp_echo_ignore_all": "1" } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["icmp-echo-ignore-all"],
  twin: "missing-return-route",
  stamps: "micro",
};
