// A router that knows no way on.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-forward-no-route",
  setup: text(
    "net0 (10.1.0.1/24), a router net1 (10.1.0.254/24 and 10.2.0.254/24) and net2 (10.2.0.2/24), each joined by a veth pair.",
    "net0（10.1.0.1/24）、路由器 net1（10.1.0.254/24 和 10.2.0.254/24）和 net2（10.2.0.2/24），两两由 veth 相连。",
  ),
  fault: text("net1 has no route to 10.3.0.0/24 and says so.", "net1 没有去往 10.3.0.0/24 的路由，并回了差错。"),
  namespaces: {
    net0: { addresses: { veth0: ["10.1.0.1/24"] }, routes: ["default via 10.1.0.254"] },
    net1: { addresses: { veth1: ["10.1.0.254/24"], veth2: ["10.2.0.254/24"] }, sysctl: { "net.ipv4.ip_forward": "1" } },
    net2: { addresses: { veth3: ["10.2.0.2/24"] }, routes: ["default via 10.2.0.254"], listens: [] },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net1:veth2", "net2:veth3"] },
  ],

  commands: [{ netns: "net0", argv: ["nc", "-vz", "-w", "3", "10.3.0.2", "8080"] }],
  expected: ["forward-no-route"],
  twin: "tcp-routed-ok",
  stamps: "nano",
};
