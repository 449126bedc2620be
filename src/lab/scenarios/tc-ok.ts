// Filters of traffic control that let the question pass.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tc-ok",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "None: a filter lets 192.168.2.11 pass before another one drops everything else; what net0 drops is TCP.",
    "无故障：一条过滤器放行 192.168.2.11，其后的一条才丢弃其余所有报文；net0 丢弃的是 TCP。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      tc: [
        "qdisc add dev veth0 clsact",
        "filter add dev veth0 egress protocol ip pref 10 flower ip_proto tcp dst_ip 192.168.2.1 action drop",
      ],
    },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"] },
      tc: [
        "qdisc add dev veth1 clsact",
        "filter add dev veth1 ingress protocol ip pref 10 u32 match ip src 192.168.2.11/32 action pass",
        "filter add dev veth1 ingress protocol ip pref 20 matchall action drop",
      ],
    },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["answered"],
  twin: "tc-ingress-drop",
  stamps: "nano",
  needs: ["tc-filters"],
};
