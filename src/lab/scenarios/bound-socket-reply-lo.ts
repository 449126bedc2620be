// The reply is there, on lo, and the bound socket does not get it.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bound-socket-reply-lo",
  setup: text(
    "One namespace with a veth pair: veth1 has 192.168.2.1/24; 192.168.2.11 is on lo, and 192.168.2.0/24 is reached by veth0.",
    "一个命名空间、一对 veth：veth1 的地址是 192.168.2.1/24；192.168.2.11 在 lo 上，192.168.2.0/24 经 veth0 到达。",
  ),
  fault: text(
    "accept_local=1 lets the ping through, but the reply loops via lo to an address of lo: the socket bound to veth0 does not get it.",
    "accept_local=1 让 ping 通过，但应答经 lo 回到 lo 自己的地址：绑定在 veth0 上的套接字收不到。",
  ),
  namespaces: {
    host: {
      addresses: { lo: ["192.168.2.11/32"], veth1: ["192.168.2.1/24"] },
      sysctl: { "net.ipv4.conf.all.accept_local": "1" },
      routes: ["192.168.2.0/24 dev veth0 metric 10"],
    },
  },
  links: [{ kind: "veth", ends: ["host:veth0", "host:veth1"] }],
  commands: [{ netns: "host", argv: ["ping", "-c", "3", "-W", "1", "-I", "veth0", "192.168.2.1"] }],
  expected: ["bound-socket-reply-lo"],
  twin: "veth-both-addresses",
  stamps: "micro",
};
