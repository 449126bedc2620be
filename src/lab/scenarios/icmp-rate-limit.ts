// A host that limits its echo replies as if they were errors.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "icmp-rate-limit",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "icmp_ratemask=6169 in net1: echo replies are limited as errors are, to six at once and then one a second.",
    "net1 上 icmp_ratemask=6169：echo 应答和差错一样限速，连发六个之后每秒一个。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, sysctl: { "net.ipv4.icmp_ratemask": "6169" } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "12", "-i", "0.05", "-W", "1", "192.168.2.1"] }],
  expected: ["icmp-rate-limit"],
  twin: "icmp-echo-ignore-all",
  stamps: "micro",
};
