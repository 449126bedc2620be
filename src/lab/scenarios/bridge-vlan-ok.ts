// The healthy path through a bridge that filters by VLAN.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bridge-vlan-ok",
  setup: text(
    "Two namespaces, each with a veth to a bridge with vlan_filtering in a third: a has veth0 192.168.2.11/24, b has veth1 192.168.2.1/24.",
    "两个命名空间各用一对 veth 接到第三个命名空间里启用了 vlan_filtering 的网桥：a 的 veth0 是 192.168.2.11/24，b 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text("Nothing is broken.", "没有故障。"),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    switch: {
      bridge: [
        "vlan delete dev p0 vid 1",
        "vlan add dev p0 vid 10 pvid untagged",
        "vlan delete dev p1 vid 1",
        "vlan add dev p1 vid 10 pvid untagged",
      ],
    },
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth1", "switch:p1"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1"], options: "vlan_filtering 1" },
  ],
  needs: ["bridge-vlan"],
  commands: [{ netns: "a", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["answered"],
  twin: "bridge-vlan-mismatch",
  stamps: "nano",
};
