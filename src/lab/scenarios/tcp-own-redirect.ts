// A host that redirects what its own programs ask to a proxy of its own, which does not run.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-own-redirect",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net0 redirects its own connections to port 80 to its port 15001, as a sidecar proxy does, and nothing listens there.",
    "net0 像 sidecar 代理那样，把本机发往 80 端口的连接重定向到自己的 15001 端口，而那里没有程序在监听。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      nft: [
        "table ip nat {",
        "  chain output {",
        "    type nat hook output priority -100;",
        "    tcp dport 80 counter redirect to :15001",
        "  }",
        "}",
      ].join("\n"),
      listens: [],
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, listens: ["tcp 0.0.0.0:80"] },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["nc", "-vz", "-w", "3", "192.168.2.1", "80"] }],
  expected: ["port-no-listener"],
  twin: "port-ok",
  stamps: "nano",
};
