// Two ipvlans in mode l2 hear each other.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "ipvlan-ok",
  setup: text(
    "outside has veth1 192.168.2.1/24; host has its other end veth0, and on it the ipvlan of one and two: one has m0 192.168.2.11/24, two has m1 192.168.2.12/24.",
    "outside 的 veth1 是 192.168.2.1/24；host 有它的对端 veth0，上面建有 one 和 two 的 ipvlan：one 的 m0 是 192.168.2.11/24，two 的 m1 是 192.168.2.12/24。",
  ),
  fault: text("Nothing is broken.", "没有故障。"),
  namespaces: {
    host: {},
    outside: { addresses: { veth1: ["192.168.2.1/24"] } },
    one: { addresses: { m0: ["192.168.2.11/24"] } },
    two: { addresses: { m1: ["192.168.2.12/24"] } },
  },
  links: [
    { kind: "veth", ends: ["host:veth0", "outside:veth1"] },
    { kind: "device", type: "ipvlan", at: "one:m0", over: "host:veth0", options: "mode l2" },
    { kind: "device", type: "ipvlan", at: "two:m1", over: "host:veth0", options: "mode l2" },
  ],
  commands: [{ netns: "one", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.12"] }],
  expected: ["answered"],
  twin: "macvlan-private",
  stamps: "nano",
};
