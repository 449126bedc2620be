// Both addresses on one host, with the kernel's defaults: the ARP request is never answered.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "veth-both-addresses-refused",
  setup: text(
    "One namespace with a veth pair: veth0 has 192.168.2.11/24, veth1 has 192.168.2.1/24.",
    "一个命名空间、一对 veth：veth0 的地址是 192.168.2.11/24，veth1 的地址是 192.168.2.1/24。",
  ),
  fault: text(
    "The kernel's defaults, accept_local=0 and rp_filter=0: an ARP request whose sender address is the host's own is refused.",
    "内核默认值 accept_local=0、rp_filter=0：发送方地址是本机自己地址的 ARP 请求会被拒绝。",
  ),
  namespaces: {
    host: {
      addresses: { veth0: ["192.168.2.11/24"], veth1: ["192.168.2.1/24"] },
      sysctl: {
        "net.ipv4.conf.all.accept_local": "0",
        "net.ipv4.conf.veth1.accept_local": "0",
        "net.ipv4.conf.all.rp_filter": "0",
        "net.ipv4.conf.veth1.rp_filter": "0",
      },
    },
  },
  links: [{ kind: "veth", ends: ["host:veth0", "host:veth1"] }],
  commands: [{ netns: "host", argv: ["ping", "-c", "4", "-I", "veth0", "192.168.2.1"] }],
  expected: ["accept-local-off"],
  twin: "veth-both-addresses",
  stamps: "micro",
};
