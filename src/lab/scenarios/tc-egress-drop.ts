// A flower filter of traffic control takes the question before it leaves.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tc-egress-drop",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "A flower filter at net0's veth0 (clsact, egress) drops ICMP to 192.168.2.0/28.",
    "net0 的 veth0（clsact、egress）上的 flower 过滤器丢弃发往 192.168.2.0/28 的 ICMP。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      tc: [
        "qdisc add dev veth0 clsact",
        "filter add dev veth0 egress protocol ip pref 10 flower ip_proto icmp dst_ip 192.168.2.0/28 action drop",
      ],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["tc-egress-drop"],
  twin: "tc-ok",
  stamps: "nano",
  needs: ["tc-filters"],
};
