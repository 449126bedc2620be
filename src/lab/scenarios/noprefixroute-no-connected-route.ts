// An address that brought no route to its own subnet.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "noprefixroute-no-connected-route",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net0's address was added with noprefixroute: there is no route to 192.168.2.0/24.",
    "net0 的地址是用 noprefixroute 添加的：没有到 192.168.2.0/24 的路由。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24 noprefixroute"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "192.168.2.1"] }],
  expected: ["noprefixroute-no-connected-route"],
  twin: "no-route",
  stamps: "nano",
};
