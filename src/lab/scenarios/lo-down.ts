// A ping of one's own address, with lo down.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "lo-down",
  setup: text(
    "One namespace with a veth pair: veth0 has 192.168.2.11/24, veth1 has no address.",
    "一个命名空间、一对 veth：veth0 的地址是 192.168.2.11/24，veth1 没有地址。",
  ),
  fault: text(
    "lo is down, as in any new namespace: the host's own addresses cannot be reached.",
    "lo 没有启用（新命名空间都是这样）：本机自己的地址也到达不了。",
  ),
  namespaces: {
    host: { addresses: { veth0: ["192.168.2.11/24"] }, down: ["lo"] },
  },
  links: [{ kind: "veth", ends: ["host:veth0", "host:veth1"] }],
  commands: [{ netns: "host", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.11"] }],
  expected: ["lo-down"],
  twin: "own-address",
  stamps: "micro",
};
