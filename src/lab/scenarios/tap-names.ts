// The healthy path under other names: nothing may depend on a name such as veth0.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tap-names",
  setup: text(
    "Two namespaces joined by a veth pair with other names: ns1 has tap1 10.1.1.1/24, ns2 has tap2 10.1.1.2/24.",
    "两个命名空间由一对换了名字的 veth 相连：ns1 的 tap1 是 10.1.1.1/24，ns2 的 tap2 是 10.1.1.2/24。",
  ),
  fault: text("Nothing is broken.", "没有故障。"),
  namespaces: {
    ns1: { addresses: { tap1: ["10.1.1.1/24"] } },
    ns2: { addresses: { tap2: ["10.1.1.2/24"] } },
  },
  links: [{ kind: "veth", ends: ["ns1:tap1", "ns2:tap2"] }],
  commands: [{ netns: "ns1", argv: ["ping", "-c", "3", "10.1.1.2"] }],
  expected: ["answered"],
  twin: "veth-one-address",
  stamps: "micro",
};
