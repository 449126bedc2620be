// A macvlan interface and the device below it do not hear each other.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "macvlan-host-isolation",
  setup: text(
    "Three namespaces: host has veth0 192.168.2.11/24, outside has its other end veth1 192.168.2.1/24, guest has the macvlan mv0 192.168.2.20/24 on host's veth0.",
    "三个命名空间：host 的 veth0 是 192.168.2.11/24，outside 是它的另一端 veth1（192.168.2.1/24），guest 有建在 host 的 veth0 上的 macvlan 接口 mv0（192.168.2.20/24）。",
  ),
  fault: text(
    "Nothing is misconfigured: what host itself sends out of veth0 never comes in at mv0, which only hears what comes in at veth0.",
    "没有配置错误：host 自己从 veth0 发出的帧不会进入 mv0，mv0 只收从 veth0 进来的帧。",
  ),
  namespaces: {
    host: { addresses: { veth0: ["192.168.2.11/24"] } },
    outside: { addresses: { veth1: ["192.168.2.1/24"] } },
    guest: { addresses: { mv0: ["192.168.2.20/24"] } },
  },
  links: [
    { kind: "veth", ends: ["host:veth0", "outside:veth1"] },
    { kind: "macvlan", at: "guest:mv0", over: "host:veth0" },
  ],
  commands: [{ netns: "host", argv: ["ping", "-c", "4", "192.168.2.20"] }],
  expected: ["macvlan-host-isolation"],
  twin: "bridge-port-isolated",
  stamps: "nano",
};
