// A router of somebody else's that says that a host is not there.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "connection-unreachable",
  setup: text(
    "net0 (10.1.0.1/24) asks by a router that is somebody else's: only net0 is looked at.",
    "net0（10.1.0.1/24）经一台别人的路由器访问：能看到的只有 net0。",
  ),
  fault: text(
    "Nobody behind that router has 10.2.0.9, and the router says so.",
    "那台路由器后面没有主机拥有 10.2.0.9，路由器回了差错。",
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
        veth2: ["10.2.0.254/24"],
      },
      sysctl: {
        "net.ipv4.ip_forward": "1",
      },
    },
    far: {
      addresses: {
        veth3: ["10.2.0.2/24"],
      },
      listens: [],
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "r1:veth1"] },
    { kind: "veth", ends: ["r1:veth2", "far:veth3"] },
  ],
  elsewhere: ["r1", "far"],
  commands: [
    {
      netns: "net0",
      argv: ["nc", "-vz", "-w", "6", "10.2.0.9", "8080"],
    },
  ],
  expected: ["connection-unreachable"],
  twin: "tcp-forward-no-route",
  stamps: "nano",
};
