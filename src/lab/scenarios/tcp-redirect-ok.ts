// A router that redirects to its own proxy.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-redirect-ok",
  setup: text(
    "net0 (10.1.0.1/24), a router net1 (10.1.0.254/24 and 10.2.0.254/24) and net2 (10.2.0.2/24), each joined by a veth pair.",
    "net0（10.1.0.1/24）、路由器 net1（10.1.0.254/24 和 10.2.0.254/24）和 net2（10.2.0.2/24），两两由 veth 相连。",
  ),
  fault: text(
    "net1 redirects port 80 to its own port 3128, where a proxy listens: nothing is broken.",
    "net1 把 80 端口重定向到自己的 3128 端口，那里有代理在监听：没有故障。",
  ),
  namespaces: {
    net0: {
      addresses: {
        veth0: ["10.1.0.1/24"],
      },
      routes: ["default via 10.1.0.254"],
    },
    net1: {
      addresses: {
        veth1: ["10.1.0.254/24"],
        veth2: ["10.2.0.254/24"],
      },
      sysctl: {
        "net.ipv4.ip_forward": "1",
      },
      nft: [
        "table ip nat {",
        "  chain prerouting {",
        "    type nat hook prerouting priority -100;",
        '    iifname "veth1" tcp dport 80 counter redirect to :3128',
        "  }",
        "}",
      ].join("\n"),
      listens: ["tcp 0.0.0.0:3128"],
    },
    net2: {
      addresses: {
        veth3: ["10.2.0.2/24"],
      },
      routes: ["default via 10.2.0.254"],
      listens: ["tcp 0.0.0.0:80"],
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net1:veth2", "net2:veth3"] },
  ],
  commands: [
    {
      netns: "net0",
      argv: ["nc", "-vz", "-w", "3", "10.2.0.2", "80"],
    },
  ],
  expected: ["nat-dnat-redirected"],
  twin: "tcp-redirect-no-proxy",
  stamps: "nano",
};
