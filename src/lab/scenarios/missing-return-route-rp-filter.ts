// The target does not know the way back, and its reverse path filter tells.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "missing-return-route-rp-filter",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "right has no route back to 10.0.1.1 and rp_filter=2 on veth3: the echo request is dropped on arrival.",
    "right 没有回 10.0.1.1 的路由，veth3 上 rp_filter=2：echo 请求一到就被丢弃。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
    },
    right: { addresses: { veth3: ["10.0.2.2/24"] }, sysctl: { "net.ipv4.conf.veth3.rp_filter": "2" } },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "-W", "1", "10.0.2.2"] }],
  expected: ["missing-return-route-rp-filter"],
  twin: "missing-return-route",
  stamps: "nano",
};
