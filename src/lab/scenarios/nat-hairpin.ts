// A published port asked for from the link of its own server.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "nat-hairpin",
  setup: text(
    "A bridge in net1, which has 10.0.0.254/24, joins net0 (10.0.0.1/24) and net2 (10.0.0.2/24), as a container host joins its containers.",
    "net1 里的网桥（地址 10.0.0.254/24）连接 net0（10.0.0.1/24）和 net2（10.0.0.2/24），就像容器主机连接它的容器。",
  ),
  fault: text(
    "net1 sends port 8080 on to net2 (DNAT); net0, on the same link as net2, asks for it, and no source is translated.",
    "net1 把 8080 端口转给 net2（DNAT）；与 net2 同一链路的 net0 来访问，而源地址没有转换。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["10.0.0.1/24"] }, routes: ["default via 10.0.0.254"] },
    net1: {
      addresses: { br0: ["10.0.0.254/24"] },
      sysctl: {
        "net.ipv4.ip_forward": "1",
        "net.bridge.bridge-nf-call-iptables": "0",
        "net.ipv4.conf.all.send_redirects": "0",
        "net.ipv4.conf.br0.send_redirects": "0",
      },
      nft: [
        "table ip nat {",
        "  chain pre {",
        "    type nat hook prerouting priority -100;",
        "    ip daddr 10.0.0.254 tcp dport 8080 counter dnat to 10.0.0.2:80",
        "  }",
        "}",
      ].join("\n"),
    },
    net2: { addresses: { veth2: ["10.0.0.2/24"] }, routes: ["default via 10.0.0.254"], listens: ["tcp 0.0.0.0:80"] },
  },
  needs: ["br-netfilter"],
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:p0"] },
    { kind: "veth", ends: ["net2:veth2", "net1:p1"] },
    { kind: "bridge", at: "net1:br0", ports: ["p0", "p1"] },
  ],
  commands: [{ netns: "net0", argv: ["nc", "-vz", "-w", "3", "10.0.0.254", "8080"] }],
  expected: ["nat-hairpin"],
  twin: "nat-hairpin-ok",
  stamps: "nano",
};
