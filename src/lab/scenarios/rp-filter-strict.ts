// The echo request arrives, and the way back to its source is another interface.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "rp-filter-strict",
  setup: text(
    "Two namespaces joined by two veth pairs: 192.168.2.0/24 between veth0 and veth1, 192.168.3.0/24 between veth2 and veth3; net0 asks with its address of veth2 over veth0.",
    "两个命名空间由两对 veth 相连：veth0 与 veth1 之间是 192.168.2.0/24，veth2 与 veth3 之间是 192.168.3.0/24；net0 用 veth2 的地址经 veth0 发出请求。",
  ),
  fault: text(
    "rp_filter=1 on net1's veth1: the way back to 192.168.3.11 is veth3, so the echo request is dropped. ARP passes, since arp_announce=2 lets net0 ask with the address of veth0.",
    "net1 的 veth1 上 rp_filter=1：回 192.168.3.11 的路由经 veth3，所以 echo 请求被丢弃。ARP 能通过，因为 arp_announce=2 让 net0 用 veth0 的地址询问。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"], veth2: ["192.168.3.11/24"] },
      sysctl: { "net.ipv4.conf.veth0.arp_announce": "2" },
    },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"], veth3: ["192.168.3.1/24"] },
      sysctl: { "net.ipv4.conf.veth1.rp_filter": "1" },
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net0:veth2", "net1:veth3"] },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "-I", "192.168.3.11", "192.168.2.1"] }],
  expected: ["rp-filter-strict"],
  twin: "two-namespaces",
  stamps: "nano",
};
