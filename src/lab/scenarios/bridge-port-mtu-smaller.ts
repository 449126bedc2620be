// One port of a bridge takes less than the others.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "bridge-port-mtu-smaller",
  setup: text(
    "Two hosts on a bridge: a has 10.0.1.1/24, b has 10.0.1.2/24.",
    "网桥上有两台主机：a 是 10.0.1.1/24，b 是 10.0.1.2/24。",
  ),
  fault: text(
    "The port towards b takes 600 bytes at most, and the bridge drops larger frames in silence.",
    "通往 b 的端口最多 600 字节，更大的帧被网桥悄悄丢弃。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["10.0.1.1/24"] } },
    b: { addresses: { veth0: ["10.0.1.2/24"] } },
    switch: { links: ["p1 mtu 600"] },
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["b:veth0", "switch:p1"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "2", "-W", "1", "-s", "1000", "10.0.1.2"] }],
  expected: ["bridge-port-mtu-smaller"],
  twin: "peer-mtu-smaller",
  stamps: "nano",
};
