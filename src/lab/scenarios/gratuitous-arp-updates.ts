// A host changes its MAC address during a ping and announces it.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "gratuitous-arp-updates",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "Two and a half seconds into the ping net1's veth1 gets another MAC address; with arp_notify=1 it announces it, and net0's entry follows at once: no request is lost.",
    "ping 开始两秒半后，net1 的 veth1 换了 MAC 地址；arp_notify=1 让它发出通告，net0 的邻居表项随即更新：一个请求也没有丢。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, sysctl: { "net.ipv4.conf.veth1.arp_notify": "1" } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [
    {
      netns: "net1",
      argv: ["sh", "-c", "{ sleep 2.5; ip link set dev veth1 address 02:00:00:00:00:22; } >/dev/null 2>&1 &"],
    },
    { netns: "net0", argv: ["ping", "-c", "5", "192.168.2.1"] },
  ],
  expected: ["answered", "gratuitous-arp-updates"],
  twin: "neigh-stale-mac-changed",
  stamps: "micro",
};
