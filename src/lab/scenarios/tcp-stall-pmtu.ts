// A path in whose midst only smaller packets pass, and a router that does not say so.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-stall-pmtu",
  setup: text(
    "net0 (10.1.0.1/24) reaches a service at 10.3.0.2 by two routers that are somebody else's: only net0 is looked at.",
    "net0（10.1.0.1/24）经两台别人的路由器访问 10.3.0.2 上的服务：能看到的只有 net0。",
  ),
  fault: text(
    "The link between the routers takes 1400 bytes, and the first router's firewall drops its own ICMP errors.",
    "两台路由器之间的链路只能通过 1400 字节，而第一台路由器的防火墙丢弃它自己发出的 ICMP 差错。",
  ),
  namespaces: {
    net0: {
      addresses: {
        veth0: ["10.1.0.1/24"],
      },
      routes: ["default via 10.1.0.254"],
    },
    r1: {
      addresses: {
        veth1: ["10.1.0.254/24"],
        wan1: ["10.2.0.1/24"],
      },
      sysctl: {
        "net.ipv4.ip_forward": "1",
      },
      links: ["wan1 mtu 1400"],
      routes: ["10.3.0.0/24 via 10.2.0.2"],
      nft: [
        "table ip filter {",
        "  chain output {",
        "    type filter hook output priority 0; policy accept;",
        "    icmp type destination-unreachable drop",
        "  }",
        "}",
      ].join("\n"),
    },
    r2: {
      addresses: {
        wan2: ["10.2.0.2/24"],
        veth2: ["10.3.0.254/24"],
      },
      sysctl: {
        "net.ipv4.ip_forward": "1",
      },
      links: ["wan2 mtu 1400"],
      routes: ["10.1.0.0/24 via 10.2.0.1"],
    },
    far: {
      addresses: {
        veth3: ["10.3.0.2/24"],
      },
      routes: ["default via 10.3.0.254"],
      listens: ["tcp 0.0.0.0:8080 answers"],
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "r1:veth1"] },
    { kind: "veth", ends: ["r1:wan1", "r2:wan2"] },
    { kind: "veth", ends: ["r2:veth2", "far:veth3"] },
  ],
  elsewhere: ["r1", "r2", "far"],
  commands: [
    {
      netns: "net0",
      argv: [
        "python3",
        "-c",
        [
          "import socket",
          "s = socket.create_connection(('10.3.0.2', 8080), 3)",
          "s.settimeout(3)",
          "s.sendall(bytes(5000))",
          "print(s.recv(100))",
        ].join("\n"),
      ],
    },
  ],
  expected: ["tcp-stall-pmtu"],
  twin: "tcp-routed-ok",
  stamps: "nano",
};
