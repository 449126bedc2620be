// A u32 filter of traffic control takes the question behind the capture point.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tc-ingress-drop",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "A u32 filter at net1's veth1 (clsact, ingress) drops ICMP from 192.168.2.11; another one in front of it is for another host.",
    "net1 的 veth1（clsact、ingress）上的 u32 过滤器丢弃来自 192.168.2.11 的 ICMP；它前面还有一条针对别的主机的过滤器。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"] },
      tc: [
        "qdisc add dev veth1 clsact",
        "filter add dev veth1 ingress protocol ip pref 10 u32 match ip src 192.168.2.99/32 action pass",
        "filter add dev veth1 ingress protocol ip pref 20 u32 match ip src 192.168.2.11/32 match ip protocol 1 0xff action drop",
      ],
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["tc-ingress-drop"],
  twin: "tc-ok",
  stamps: "nano",
  needs: ["tc-filters"],
};
