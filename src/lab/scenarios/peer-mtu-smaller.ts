// The other end of the cable takes smaller frames.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "peer-mtu-smaller",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "net1's veth1 takes 1400 bytes at most, net0's veth0 sends 1500: large frames die between them.",
    "net1 的 veth1 最多 1400 字节，net0 的 veth0 发 1500 字节：大帧在两者之间丢失。",
  ),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, links: ["veth1 mtu 1400"] },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "2", "-W", "1", "-s", "1472", "192.168.2.1"] }],
  expected: ["peer-mtu-smaller"],
  twin: "local-mtu-df",
  stamps: "nano",
};
