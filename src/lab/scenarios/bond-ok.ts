// The healthy path over a bond.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bond-ok",
  setup: text(
    "a has a bond of s0 and s1 (active-backup) with 192.168.2.11/24; both lead to a bridge in switch, and so does b's veth1 192.168.2.1/24.",
    "a 用 s0 和 s1 组成 bond0（active-backup），地址 192.168.2.11/24；两条都通到 switch 的网桥，b 的 veth1（192.168.2.1/24）也接在上面。",
  ),
  fault: text("Nothing is broken.", "没有故障。"),
  namespaces: {
    a: { addresses: { bond0: ["192.168.2.11/24"] }, links: ["s0 master bond0", "s1 master bond0"] },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    switch: {},
  },
  links: [
    { kind: "veth", ends: ["a:s0", "switch:p0"] },
    { kind: "veth", ends: ["a:s1", "switch:p1"] },
    { kind: "veth", ends: ["b:veth1", "switch:p2"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1", "p2"] },
    { kind: "device", type: "bond", at: "a:bond0", options: "mode active-backup miimon 100" },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["answered"],
  twin: "bond-inactive-slave",
  stamps: "nano",
};
