// A router that tells a nearer way.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "icmp-redirect",
  setup: text(
    "Three namespaces on one bridge: a (10.0.1.1/24), router (10.0.1.254/24), b (10.0.1.2/24, and 10.0.2.2 on lo); a sends everything for 10.0.2.0/24 to the router.",
    "三个命名空间接在同一个网桥上：a（10.0.1.1/24）、router（10.0.1.254/24）、b（10.0.1.2/24，lo 上还有 10.0.2.2）；a 把去往 10.0.2.0/24 的包都交给 router。",
  ),
  fault: text(
    "The router sends the packet on by the interface it came from, and tells a the nearer gateway 10.0.1.2.",
    "路由器把包从进来的接口发回去，并告诉 a 更近的网关 10.0.1.2。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["10.0.2.0/24 via 10.0.1.254"] },
    router: {
      addresses: { veth1: ["10.0.1.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
      routes: ["10.0.2.0/24 via 10.0.1.2"],
    },
    b: { addresses: { veth2: ["10.0.1.2/24"], lo: ["10.0.2.2/32"] } },
    switch: {},
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "switch:p0"] },
    { kind: "veth", ends: ["router:veth1", "switch:p1"] },
    { kind: "veth", ends: ["b:veth2", "switch:p2"] },
    { kind: "bridge", at: "switch:br0", ports: ["p0", "p1", "p2"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "3", "10.0.2.2"] }],
  expected: ["icmp-redirect"],
  twin: "router-ok",
  stamps: "micro",
};
