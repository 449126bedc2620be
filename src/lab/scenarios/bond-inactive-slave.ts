// What comes in by the backup half of a bond is dropped.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bond-inactive-slave",
  setup: text(
    "net0 has a bond of s0 and s1 (active-backup) with 192.168.2.11/24; net1 has their other ends, v0 without an address and v1 192.168.2.1/24.",
    "net0 用 s0 和 s1 组成 bond0（active-backup），地址 192.168.2.11/24；net1 有它们的对端：v0 没有地址，v1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net1 asks and answers by v1, which leads to the backup s1: the bond drops what comes in there.",
    "net1 从 v1 询问和应答，而它通到备用的 s1：bond 丢弃从那里进来的帧。",
  ),
  namespaces: {
    net0: { addresses: { bond0: ["192.168.2.11/24"] }, links: ["s0 master bond0", "s1 master bond0"] },
    net1: { addresses: { v1: ["192.168.2.1/24"] } },
  },
  links: [
    { kind: "veth", ends: ["net0:s0", "net1:v0"] },
    { kind: "veth", ends: ["net0:s1", "net1:v1"] },
    { kind: "device", type: "bond", at: "net0:bond0", options: "mode active-backup miimon 100" },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["bond-inactive-slave"],
  twin: "bond-ok",
  stamps: "nano",
};
