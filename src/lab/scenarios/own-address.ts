// A ping of one's own address: only lo sees it.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "own-address",
  setup: text(
    "One namespace with a veth pair: veth0 has 192.168.2.11/24, veth1 has no address.",
    "一个命名空间、一对 veth：veth0 的地址是 192.168.2.11/24，veth1 没有地址。",
  ),
  fault: text(
    "Nothing is broken: a host's own address is reached over lo, and no other interface sees anything.",
    "没有故障：本机自己的地址经 lo 到达，其他接口什么也看不到。",
  ),
  namespaces: {
    host: { addresses: { veth0: ["192.168.2.11/24"] } },
  },
  links: [{ kind: "veth", ends: ["host:veth0", "host:veth1"] }],
  commands: [{ netns: "host", argv: ["ping", "-c", "3", "192.168.2.11"] }],
  expected: ["local-address-via-lo"],
  twin: "two-namespaces",
  stamps: "nano",
};
