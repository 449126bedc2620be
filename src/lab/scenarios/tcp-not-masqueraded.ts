// A container whose private source goes out as it is.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "tcp-not-masqueraded",
  setup: text(
    "A host net1 (203.0.113.1/24 towards net0, 172.17.0.1/16 towards its container net2, 172.17.0.2) that forwards; net0 (203.0.113.11/24) has no route to 172.17.0.0/16.",
    "主机 net1（对 net0 是 203.0.113.1/24，对容器 net2 是 172.17.0.1/16，容器是 172.17.0.2）开启了转发；net0（203.0.113.11/24）没有去往 172.17.0.0/16 的路由。",
  ),
  fault: text(
    "net2 asks net0, and net1 sends its private address on as it is: the MASQUERADE rule is missing.",
    "net2 访问 net0，而 net1 把私有源地址原样发出：缺少 MASQUERADE 规则。",
  ),
  namespaces: {
    net0: {
      addresses: {
        veth0: ["203.0.113.11/24"],
      },
      listens: ["tcp 0.0.0.0:8080"],
    },
    net1: {
      addresses: {
        veth1: ["203.0.113.1/24"],
        docker0: ["172.17.0.1/16"],
      },
      sysctl: {
        "net.ipv4.ip_forward": "1",
      },
    },
    net2: {
      addresses: {
        eth0: ["172.17.0.2/16"],
      },
      routes: ["default via 172.17.0.1"],
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net1:docker0", "net2:eth0"] },
  ],
  commands: [
    {
      netns: "net2",
      argv: ["nc", "-vz", "-w", "3", "203.0.113.11", "8080"],
    },
  ],
  expected: ["missing-return-route"],
  twin: "published-ok",
  stamps: "nano",
};
