// Two default routes of one metric, the first by a gateway that is not there: the kernel moves on once ARP has failed.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "default-routes-tie",
  setup: text(
    "net0 has two links: veth0 192.168.2.11/24 to net1 (192.168.2.1), veth2 192.168.3.11/24 to net2 (192.168.3.1, and 198.51.100.9 on lo).",
    "net0 有两条链路：veth0 192.168.2.11/24 通往 net1（192.168.2.1），veth2 192.168.3.11/24 通往 net2（192.168.3.1，lo 上还有 198.51.100.9）。",
  ),
  fault: text(
    "Two default routes of one metric, and the gateway of the first, 192.168.2.254, does not exist: the first request waits for its ARP in vain, those after it take the second.",
    "两条默认路由度量值（metric）相同，第一条的网关 192.168.2.254 不存在：第一个请求等它的 ARP 应答，白等一场，之后的请求走第二条。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"], veth2: ["192.168.3.11/24"] },
      routes: ["default via 192.168.2.254"],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
    net2: { addresses: { veth3: ["192.168.3.1/24"], lo: ["198.51.100.9/32"] } },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net0:veth2", "net2:veth3"] },
  ],
  // `ip route add` refuses a second route of one metric.
  before: [{ netns: "net0", argv: "ip route append default via 192.168.3.1".split(" ") }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "198.51.100.9"] }],
  expected: ["gateway-arp-failed"],
  twin: "router-ok",
  stamps: "micro",
};
