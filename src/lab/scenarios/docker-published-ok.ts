// A port that Docker publishes.

import { text } from "../../model/text.ts";
import { dockerPublishes } from "../rules/docker.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "docker-published-ok",
  setup: text(
    "A host net1 (192.168.2.1/24 towards net0, 172.17.0.1/16 towards its container net2, 172.17.0.2) with the rules of Docker.",
    "主机 net1（对 net0 是 192.168.2.1/24，对容器 net2 是 172.17.0.1/16，容器是 172.17.0.2），规则由 Docker 写成。",
  ),
  fault: text(
    "Port 8080 is published as port 80 of the container: nothing is broken.",
    "8080 端口发布为容器的 80 端口：没有故障。",
  ),
  namespaces: {
    net0: {
      addresses: {
        veth0: ["192.168.2.11/24"],
      },
    },
    net1: {
      addresses: {
        veth1: ["192.168.2.1/24"],
        docker0: ["172.17.0.1/16"],
      },
      sysctl: {
        "net.ipv4.ip_forward": "1",
      },
      iptables: dockerPublishes("172.17.0.2:80", true),
      listens: [],
    },
    net2: {
      addresses: {
        eth0: ["172.17.0.2/16"],
      },
      routes: ["default via 172.17.0.1"],
      listens: ["tcp 0.0.0.0:80"],
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net1:docker0", "net2:eth0"] },
  ],
  commands: [
    {
      netns: "net0",
      argv: ["nc", "-vz", "-w", "3", "192.168.2.1", "8080"],
    },
  ],
  expected: ["nat-dnat-redirected"],
  twin: "docker-forward-drop",
  stamps: "nano",
};
