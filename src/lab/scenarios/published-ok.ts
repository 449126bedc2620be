// A published port.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "published-ok",
  setup: text(
    "A host net1 (192.168.2.1/24 towards net0, 172.17.0.1/16 towards its container net2, 172.17.0.2) that forwards.",
    "主机 net1（对 net0 是 192.168.2.1/24，对容器 net2 是 172.17.0.1/16，容器是 172.17.0.2）开启了转发。",
  ),
  fault: text(
    "net1 sends its port 8080 on to the container, and lets it pass: nothing is broken.",
    "net1 把自己的 8080 端口转给容器并放行：没有故障。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"], docker0: ["172.17.0.1/16"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
      nft: [
        "table ip nat {",
        "  chain prerouting {",
        "    type nat hook prerouting priority -100;",
        "    ip daddr 192.168.2.1 tcp dport 8080 counter dnat to 172.17.0.2:8080",
        "  }",
        "}",
        "table ip filter {",
        "  chain forward {",
        "    type filter hook forward priority 0; policy drop;",
        "    ct state established,related accept\n    ct status dnat accept",
        "  }",
        "}",
      ].join("\n"),
      listens: [],
    },
    net2: { addresses: { eth0: ["172.17.0.2/16"] }, routes: ["default via 172.17.0.1"], listens: ["tcp 0.0.0.0:8080"] },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net1:docker0", "net2:eth0"] },
  ],
  commands: [{ netns: "net0", argv: ["nc", "-vz", "-w", "3", "192.168.2.1", "8080"] }],
  expected: ["nat-dnat-redirected"],
  twin: "dnat-dead-target",
  stamps: "nano",
};
