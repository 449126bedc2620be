// Too large for a link on the way, and the message that says so is filtered.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "pmtu-blackhole",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "The second link takes 1400 bytes at most, and the router's output hook drops destination unreachable: the sender is not told that its packets are too large.",
    "第二段链路最多 1400 字节，而路由器的 output 钩子丢弃目的不可达：发送方不知道自己的报文太大。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
      links: ["veth2 mtu 1400"],
      nft: [
        "table inet filter {",
        "  chain output {",
        "    type filter hook output priority 0; policy accept;",
        "    icmp type destination-unreachable counter drop",
        "  }",
        "}",
      ].join("\n"),
    },
    right: { addresses: { veth3: ["10.0.2.2/24"] }, links: ["veth3 mtu 1400"], routes: ["default via 10.0.2.254"] },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
  ],
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "-W", "1", "-M", "do", "-s", "1472", "10.0.2.2"] }],
  expected: ["pmtu-blackhole"],
  twin: "frag-needed-df",
  stamps: "micro",
};
