// An ARP request from an address is refused, one from 0.0.0.0 is answered.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "arp-probe-sip-zero",
  setup: text(
    "Two namespaces joined by two veth pairs: 192.168.2.0/24 between veth0 and veth1, 192.168.3.0/24 between veth2 and veth3.",
    "两个命名空间由两对 veth 相连：veth0 与 veth1 之间是 192.168.2.0/24，veth2 与 veth3 之间是 192.168.3.0/24。",
  ),
  fault: text(
    "net1 has a host route to 192.168.2.11 by veth3, and rp_filter=1 on veth1: ARP requests from that address stay unanswered. Then net0 gives up its addresses and asks from 0.0.0.0: that one is answered.",
    "net1 有一条经 veth3 到 192.168.2.11 的主机路由，而 veth1 上 rp_filter=1：从该地址来的 ARP 请求得不到应答。之后 net0 删掉自己的地址，以 0.0.0.0 询问：这次有应答。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"], veth2: ["192.168.3.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"], veth3: ["192.168.3.1/24"] },
      sysctl: { "net.ipv4.conf.veth1.rp_filter": "1" },
      routes: ["192.168.2.11/32 dev veth3"],
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net0:veth2", "net1:veth3"] },
  ],
  commands: [
    { netns: "net0", argv: ["ping", "-c", "3", "192.168.2.1"] },
    { netns: "net0", argv: ["ip", "-4", "address", "flush", "scope", "global"] },
    { netns: "net0", argv: ["ip", "route", "add", "192.168.2.0/24", "dev", "veth0"] },
    { netns: "net0", argv: ["ping", "-c", "1", "-W", "1", "192.168.2.1"] },
  ],
  expected: ["rp-filter-arp", "arp-probe-sip-zero"],
  twin: "arp-ignore-8",
  stamps: "micro",
};
