// ping is bound to an interface without an address and borrows one.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "interface-without-address",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has no address on veth0 and 10.5.5.1/32 on lo, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 没有地址，lo 上有 10.5.5.1/32；net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "ping bound to veth0 takes the target for on-link and borrows the address of lo, to which net1 has no route.",
    "绑定 veth0 的 ping 把目标当作直连，并借用 lo 的地址，而 net1 没有到它的路由。",
  ),
  namespaces: {
    net0: { addresses: { lo: ["10.5.5.1/32"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "-I", "veth0", "192.168.2.1"] }],
  expected: ["interface-without-address"],
  twin: "source-address-selection",
  stamps: "nano",
};
