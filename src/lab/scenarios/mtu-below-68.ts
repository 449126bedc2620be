// The loopback interface may carry less than IPv4 needs.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "mtu-below-68",
  setup: text(
    "One host: veth0 has 192.168.2.11/24, veth1 is its other end.",
    "一台主机：veth0 是 192.168.2.11/24，veth1 是它的另一端。",
  ),
  fault: text(
    "The MTU of lo is 60: the kernel takes IPv4 off it, so that the host cannot reach its own address any more.",
    "lo 的 MTU 是 60：内核因此在 lo 上停用了 IPv4，主机连自己的地址也到不了。",
  ),
  namespaces: { net0: { addresses: { veth0: ["192.168.2.11/24"] }, links: ["lo mtu 60"] } },
  links: [{ kind: "veth", ends: ["net0:veth0", "net0:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "1", "-W", "1", "192.168.2.11"] }],
  expected: ["mtu-below-68"],
  twin: "lo-down",
  stamps: "nano",
};
