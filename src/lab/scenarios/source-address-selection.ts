// The route prescribes a source address that the target does not know the way to.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "source-address-selection",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24 and 10.5.5.1/32 on lo, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，lo 上有 10.5.5.1/32；net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net0's route to 192.168.2.1 prescribes the source 10.5.5.1, to which net1 has no route.",
    "net0 到 192.168.2.1 的路由指定源地址 10.5.5.1，而 net1 没有到它的路由。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"], lo: ["10.5.5.1/32"] },
      routes: ["192.168.2.1/32 dev veth0 src 10.5.5.1"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["source-address-selection"],
  twin: "missing-return-route",
  stamps: "micro",
};
