// The usual half of the remedy: accept_local is on, and the reverse-path filter refuses all the same.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "veth-both-addresses-half-fixed",
  setup: text(
    "One namespace with a veth pair: veth0 has 192.168.2.11/24, veth1 has 192.168.2.1/24.",
    "一个命名空间、一对 veth：veth0 的地址是 192.168.2.11/24，veth1 的地址是 192.168.2.1/24。",
  ),
  fault: text(
    "accept_local=1, but rp_filter=1: the way back to 192.168.2.11 is not veth1, so the ARP request is still refused.",
    "accept_local=1，但 rp_filter=1：回 192.168.2.11 的路由不经 veth1，ARP 请求仍被拒绝。",
  ),
  namespaces: {
    host: {
      addresses: { veth0: ["192.168.2.11/24"], veth1: ["192.168.2.1/24"] },
      sysctl: {
        "net.ipv4.conf.veth0.accept_local": "1",
        "net.ipv4.conf.veth1.accept_local": "1",
        "net.ipv4.conf.veth0.rp_filter": "1",
        "net.ipv4.conf.veth1.rp_filter": "1",
      },
    },
  },
  links: [{ kind: "veth", ends: ["host:veth0", "host:veth1"] }],
  commands: [{ netns: "host", argv: ["ping", "-c", "4", "-I", "veth0", "192.168.2.1"] }],
  expected: ["accept-local-but-rp-filter"],
  twin: "veth-both-addresses",
  stamps: "nano",
};
