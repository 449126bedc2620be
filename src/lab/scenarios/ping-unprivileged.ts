// An unprivileged user without CAP_NET_RAW pings where every group may open a socket for pings.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "ping-unprivileged",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "Nothing: the user who pings has no CAP_NET_RAW (no_new_privs keeps ping's file capability from him), but ping_group_range lets everybody in.",
    "没有故障：运行 ping 的用户没有 CAP_NET_RAW（no_new_privs 使 ping 的文件权能不生效），但 ping_group_range 允许所有组。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"] },
      sysctl: { "net.ipv4.ping_group_range": "0 2147483647" },
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  // The first setpriv loses root's capabilities as it starts the second, which keeps ping from gaining any.
  commands: [
    {
      netns: "net0",
      argv: [
        ...["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
        ...["setpriv", "--no-new-privs", "ping", "-c", "2", "192.168.2.1"],
      ],
    },
  ],
  expected: ["answered"],
  twin: "ping-permission",
  stamps: "nano",
};
