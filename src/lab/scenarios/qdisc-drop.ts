// A queue that has no room takes nothing.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "qdisc-drop",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "The queue of net0's veth0 is a pfifo with limit 0; net1's MAC address is known, so that it is the question itself that finds no room.",
    "net0 的 veth0 的队列是 limit 0 的 pfifo；net1 的 MAC 已知，所以没有位置可放的正是 echo 请求本身。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      neighbours: ["192.168.2.1 lladdr 02:00:00:00:00:02 dev veth0 nud permanent"],
      tc: ["qdisc add dev veth0 root pfifo limit 0"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["qdisc-drop"],
  twin: "two-namespaces",
  stamps: "nano",
};
