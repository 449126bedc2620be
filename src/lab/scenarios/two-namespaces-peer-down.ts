// The other end of the cable is down: no carrier, and no frame either.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "two-namespaces-peer-down",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "veth1 is down, so that veth0 has no carrier: the echo request never leaves it.",
    "veth1 没有启用，veth0 因此没有载波：echo 请求根本发不出去。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, down: ["veth1"] },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "4", "192.168.2.1"] }],
  expected: ["peer-down"],
  twin: "two-namespaces",
  stamps: "micro",
};
