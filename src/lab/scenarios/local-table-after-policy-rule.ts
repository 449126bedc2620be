// A host that talks to itself over the cable, since table local comes last.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "local-table-after-policy-rule",
  setup: text(
    "One namespace with a veth pair: veth0 has 192.168.2.11/24, veth1 has 192.168.2.1/24.",
    "一个命名空间、一对 veth：veth0 的地址是 192.168.2.11/24，veth1 的地址是 192.168.2.1/24。",
  ),
  fault: text(
    "Nothing is broken: rules before that of table local send what is for either address out by the other interface, and accept_local=1 lets it in again.",
    "没有故障：排在 local 表之前的策略规则把发往这两个地址的报文从另一个接口送出去，accept_local=1 让它们能再进来。",
  ),
  namespaces: {
    host: {
      addresses: { veth0: ["192.168.2.11/24"], veth1: ["192.168.2.1/24"] },
      sysctl: { "net.ipv4.conf.all.accept_local": "1" },
      routes: ["192.168.2.1/32 dev veth0 table 100", "192.168.2.11/32 dev veth1 table 101"],
      rules: [
        "pref 1 iif veth0 lookup local",
        "pref 2 iif veth1 lookup local",
        "pref 10 to 192.168.2.1 lookup 100",
        "pref 11 to 192.168.2.11 lookup 101",
        "pref 100 lookup local",
      ],
      withoutRules: ["pref 0"],
    },
  },
  links: [{ kind: "veth", ends: ["host:veth0", "host:veth1"] }],
  commands: [{ netns: "host", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["local-table-after-policy-rule"],
  twin: "veth-both-addresses",
  stamps: "nano",
};
