// The uplink of a bridge comes out beside the far bridge, not in it.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "port-not-in-bridge",
  setup: text(
    "Two bridges: a (veth0 192.168.2.11/24) and c (veth2 192.168.2.2/24) hang on br0 of the namespace near, b (veth1 192.168.2.1/24) on br1 of far. The pair up0 – up1 joins the two.",
    "两个网桥：a（veth0 192.168.2.11/24）和 c（veth2 192.168.2.2/24）接在命名空间 near 的 br0 上，b（veth1 192.168.2.1/24）接在 far 的 br1 上。up0 与 up1 这一对接口把两者连起来。",
  ),
  fault: text(
    "up1 was never attached to br1: what comes over the pair ends at far's own stack.",
    "up1 没有接入 br1：从这对接口过来的帧到 far 自己的协议栈就到头了。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    b: { addresses: { veth1: ["192.168.2.1/24"] } },
    c: { addresses: { veth2: ["192.168.2.2/24"] } },
    near: {},
    far: {},
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "near:p0"] },
    { kind: "veth", ends: ["c:veth2", "near:p2"] },
    { kind: "veth", ends: ["near:up0", "far:up1"] },
    { kind: "veth", ends: ["b:veth1", "far:p1"] },
    { kind: "bridge", at: "near:br0", ports: ["p0", "p2", "up0"] },
    { kind: "bridge", at: "far:br1", ports: ["p1"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "3", "192.168.2.1"] }],
  expected: ["port-not-in-bridge"],
  twin: "bridge-port-isolated",
  stamps: "nano",
};
