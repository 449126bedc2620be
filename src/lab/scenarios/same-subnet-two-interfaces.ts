// Two interfaces carry the same subnet, and the target is behind the second.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "same-subnet-two-interfaces",
  setup: text(
    "net0 has veth0 192.168.2.11/24 to net1 (veth1 192.168.2.1/24), and veth2 192.168.2.12/24 to net2 (veth3 192.168.2.3/24).",
    "net0 的 veth0 192.168.2.11/24 通往 net1（veth1 192.168.2.1/24），veth2 192.168.2.12/24 通往 net2（veth3 192.168.2.3/24）。",
  ),
  fault: text(
    "Both interfaces of net0 carry 192.168.2.0/24, and the route that was added first wins: 192.168.2.3 is asked for on veth0, where it is not.",
    "net0 的两个接口都属于 192.168.2.0/24，先加的路由胜出：在 veth0 上询问 192.168.2.3，而它不在那里。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"], veth2: ["192.168.2.12/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
    net2: { addresses: { veth3: ["192.168.2.3/24"] } },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net0:veth2", "net2:veth3"] },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "192.168.2.3"] }],
  expected: ["same-subnet-two-interfaces"],
  twin: "veth-one-address",
  stamps: "micro",
};
