// Two macvlans in mode vepa need a switch that sends back.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "macvlan-vepa",
  setup: text(
    "outside has veth1 192.168.2.1/24; host has its other end veth0, and on it the macvlan of one and two: one has m0 192.168.2.11/24, two has m1 192.168.2.12/24.",
    "outside 的 veth1 是 192.168.2.1/24；host 有它的对端 veth0，上面建有 one 和 two 的 macvlan：one 的 m0 是 192.168.2.11/24，two 的 m1 是 192.168.2.12/24。",
  ),
  fault: text(
    "Both are in mode vepa, and nothing outside sends their frames back.",
    "两者都是 vepa 模式，而外面没有设备把帧发回来。",
  ),
  namespaces: {
    host: {},
    outside: { addresses: { veth1: ["192.168.2.1/24"] } },
    one: { addresses: { m0: ["192.168.2.11/24"] } },
    two: { addresses: { m1: ["192.168.2.12/24"] } },
  },
  links: [
    { kind: "veth", ends: ["host:veth0", "outside:veth1"] },
    { kind: "device", type: "macvlan", at: "one:m0", over: "host:veth0", options: "mode vepa" },
    { kind: "device", type: "macvlan", at: "two:m1", over: "host:veth0", options: "mode vepa" },
  ],
  commands: [{ netns: "one", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.12"] }],
  expected: ["macvlan-host-isolation"],
  twin: "macvlan-bridge-ok",
  stamps: "nano",
};
