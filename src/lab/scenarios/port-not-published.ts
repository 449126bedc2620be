// A container listens, and its port is not published.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "port-not-published",
  setup: text(
    "A host net1 (192.168.2.1/24 towards net0, 172.17.0.1/16 towards its container net2, 172.17.0.2) that forwards.",
    "主机 net1（对 net0 是 192.168.2.1/24，对容器 net2 是 172.17.0.1/16，容器是 172.17.0.2）开启了转发。",
  ),
  fault: text(
    "The container listens on port 8080, and net1 has no rule that sends its own port 8080 there.",
    "容器在 8080 端口监听，而 net1 没有把自己的 8080 端口转过去的规则。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"], docker0: ["172.17.0.1/16"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
      listens: [],
    },
    net2: { addresses: { eth0: ["172.17.0.2/16"] }, routes: ["default via 172.17.0.1"], listens: ["tcp 0.0.0.0:8080"] },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net1:docker0", "net2:eth0"] },
  ],
  commands: [{ netns: "net0", argv: ["nc", "-vz", "-w", "3", "192.168.2.1", "8080"] }],
  expected: ["port-not-published"],
  twin: "published-ok",
  stamps: "nano",
};
