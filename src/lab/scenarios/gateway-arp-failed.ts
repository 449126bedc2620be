// The next hop does not answer ARP.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "gateway-arp-failed",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24 and 198.51.100.9 on lo; net0 has a default route.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24，lo 上还有 198.51.100.9；net0 有默认路由。",
  ),
  fault: text(
    "The gateway 192.168.2.254 of the default route does not exist: the ARP asks for it, and not for the address that is pinged.",
    "默认路由的网关 192.168.2.254 不存在：ARP 询问的是它，而不是被 ping 的地址。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] }, routes: ["default via 192.168.2.254"] },
    net1: { addresses: { veth1: ["192.168.2.1/24"], lo: ["198.51.100.9/32"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "4", "198.51.100.9"] }],
  expected: ["gateway-arp-failed", "arp-no-local-owner"],
  twin: "veth-one-address",
  stamps: "micro",
};
