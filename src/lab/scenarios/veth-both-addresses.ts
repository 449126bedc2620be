// The ping that works although no reply is ever seen on the pair: it loops via lo.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "veth-both-addresses",
  setup: text(
    "One namespace with a veth pair: veth0 has 192.168.2.11/24, veth1 has 192.168.2.1/24.",
    "一个命名空间、一对 veth：veth0 的地址是 192.168.2.11/24，veth1 的地址是 192.168.2.1/24。",
  ),
  fault: text(
    "Nothing is broken (accept_local=1, rp_filter=0), yet the replies are seen on lo only.",
    "没有故障（accept_local=1，rp_filter=0），但应答只出现在 lo 上。",
  ),
  namespaces: {
    host: {
      addresses: { veth0: ["192.168.2.11/24"], veth1: ["192.168.2.1/24"] },
      sysctl: {
        "net.ipv4.conf.veth0.accept_local": "1",
        "net.ipv4.conf.veth1.accept_local": "1",
        "net.ipv4.conf.veth0.rp_filter": "0",
        "net.ipv4.conf.veth1.rp_filter": "0",
        "net.ipv4.conf.all.rp_filter": "0",
      },
    },
  },
  links: [{ kind: "veth", ends: ["host:veth0", "host:veth1"] }],
  commands: [{ netns: "host", argv: ["ping", "-c", "4", "-I", "veth0", "192.168.2.1"] }],
  expected: ["reply-via-lo"],
  twin: "two-namespaces",
  stamps: "nano",
};
