// Two macvlans in mode private do not hear each other.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "macvlan-private",
  setup: text(
    "outside has veth1 192.168.2.1/24; host has its other end veth0, and on it the macvlan of one and two: one has m0 192.168.2.11/24, two has m1 192.168.2.12/24.",
    "outside 的 veth1 是 192.168.2.1/24；host 有它的对端 veth0，上面建有 one 和 two 的 macvlan：one 的 m0 是 192.168.2.11/24，two 的 m1 是 192.168.2.12/24。",
  ),
  fault: text("Both are in mode private: nothing goes from one to the other.", "两者都是 private 模式：彼此完全不通。"),
  namespaces: {
    host: {},
    outside: { addresses: { veth1: ["192.168.2.1/24"] } },
    one: { addresses: { m0: ["192.168.2.11/24"] } },
    two: { addresses: { m1: ["192.168.2.12/24"] } },
  },
  links: [
    { kind: "veth", ends: ["host:veth0", "outside:veth1"] },
    { kind: "device", type: "macvlan", at: "one:m0", over: "host:veth0", options: "mode private" },
    { kind: "device", type: "macvlan", at: "two:m1", over: "host:veth0", options: "mode private" },
  ],
  commands: [{ netns: "one", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.12"] }],
  expected: ["macvlan-host-isolation"],
  twin: "macvlan-bridge-ok",
  stamps: "nano",
};
