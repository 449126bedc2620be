// A packet from one of the host's own addresses arrives on a wire, without any ARP before it.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "accept-local-off-ip",
  setup: text(
    "One namespace with a veth pair: veth0 has 192.168.2.11/24, veth1 has 192.168.2.1/24.",
    "一个命名空间、一对 veth：veth0 的地址是 192.168.2.11/24，veth1 的地址是 192.168.2.1/24。",
  ),
  fault: text(
    "accept_local=0, and a permanent neighbour entry spares the ARP: the echo request comes in with a source that is the host's own, and is dropped.",
    "accept_local=0，且永久邻居项省去了 ARP：echo 请求进来时源地址是本机自己的，被丢弃。",
  ),
  namespaces: {
    host: {
      addresses: { veth0: ["192.168.2.11/24"], veth1: ["192.168.2.1/24"] },
      neighbours: ["192.168.2.1 lladdr 02:00:00:00:00:02 dev veth0 nud permanent"],
    },
  },
  links: [{ kind: "veth", ends: ["host:veth0", "host:veth1"] }],
  commands: [{ netns: "host", argv: ["ping", "-c", "3", "-W", "1", "-I", "veth0", "192.168.2.1"] }],
  expected: ["accept-local-off-ip"],
  twin: "veth-both-addresses",
  stamps: "micro",
};
