// One of three fragments is lost on the way.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "frag-reassembly-timeout",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "router has so short a queue towards right that the third fragment of a large request is lost; right waits for it 1 s (ipfrag_time).",
    "router 去往 right 的队列太短，大请求的第三个分片被丢弃；right 等它 1 秒（ipfrag_time）。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
    },
    right: {
      addresses: { veth3: ["10.0.2.2/24"] },
      sysctl: { "net.ipv4.ipfrag_time": "1" },
      routes: ["default via 10.0.2.254"],
    },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
  ],
  before: [
    {
      netns: "router",
      argv: "tc qdisc add dev veth2 root tbf rate 1mbit burst 1600 limit 2000".split(" "),
    },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "-i", "2", "-W", "3", "-s", "4000", "10.0.2.2"] }],
  expected: ["frag-reassembly-timeout"],
  twin: "ttl-expired",
  stamps: "nano",
};
