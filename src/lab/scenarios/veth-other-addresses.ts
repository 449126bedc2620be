// An unused address of the subnet and one outside it, both forced out of veth0.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "veth-other-addresses",
  setup: text(
    "One namespace with a veth pair: veth0 has 192.168.2.11/24, veth1 has 192.168.2.1/24.",
    "一个命名空间、一对 veth：veth0 的地址是 192.168.2.11/24，veth1 的地址是 192.168.2.1/24。",
  ),
  fault: text(
    "Nobody owns the addresses that are pinged; sent out of veth0, each of them counts as on-link there, also the one outside the subnet.",
    "被 ping 的地址没有谁拥有；从 veth0 强制发出时，每个地址都被当作直连，子网之外的那个也一样。",
  ),
  namespaces: {
    host: { addresses: { veth0: ["192.168.2.11/24"], veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["host:veth0", "host:veth1"] }],
  commands: [
    { netns: "host", argv: ["ping", "-c", "1", "-I", "veth0", "192.168.2.2"] },
    { netns: "host", argv: ["ping", "-c", "1", "-I", "veth0", "203.0.113.7"] },
  ],
  expected: ["arp-no-local-owner"],
  twin: "two-namespaces",
  stamps: "micro",
};
