// A router answers for an address of the asker's own segment, and then cannot deliver.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "proxy-arp-pvlan",
  setup: text(
    "Two namespaces joined by a veth pair: left has veth0 10.0.1.1/24, router has veth1 10.0.1.254/24 and forwards.",
    "两个命名空间由一对 veth 相连：left 的 veth0 是 10.0.1.1/24；router 的 veth1 是 10.0.1.254/24，开启转发。",
  ),
  fault: text(
    "proxy_arp_pvlan=1 on the router's veth1: it answers for 10.0.1.9 on the very segment where nobody has it.",
    "路由器的 veth1 上 proxy_arp_pvlan=1：它替 10.0.1.9 应答，而这个地址就在同一网段，没有谁拥有。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] } },
    router: {
      addresses: { veth1: ["10.0.1.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1", "net.ipv4.conf.veth1.proxy_arp_pvlan": "1" },
    },
  },
  links: [{ kind: "veth", ends: ["left:veth0", "router:veth1"] }],
  commands: [{ netns: "left", argv: ["ping", "-c", "3", "10.0.1.9"] }],
  expected: ["proxy-arp-pvlan"],
  twin: "veth-one-address",
  stamps: "nano",
};
