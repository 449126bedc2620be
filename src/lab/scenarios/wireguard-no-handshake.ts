// The two ends do not know each other's key.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "wireguard-no-handshake",
  setup: text(
    "Two namespaces joined by a veth pair (10.0.0.1/24 on veth0, 10.0.0.2/24 on veth1), and between them a WireGuard tunnel: net0 has t0 192.168.2.11/24, net1 has t1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连（veth0 是 10.0.0.1/24，veth1 是 10.0.0.2/24），之间有一条 WireGuard 隧道：net0 的 t0 是 192.168.2.11/24，net1 的 t1 是 192.168.2.1/24。",
  ),
  fault: text(
    "t1's peer has another public key: no handshake is ever completed.",
    "t1 的对等端用的是另一个公钥：握手永远完不成。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["10.0.0.1/24"], t0: ["192.168.2.11/24"] },
      wireguard: {
        t0: "[Interface]\nPrivateKey = iKfUZT5vcuDFrk1qZIqLUCUdFvjXPIotxAmIueuvWkk=\nListenPort = 51820\n\n[Peer]\nPublicKey = AqWkCxZhYcghSR2p25hSEPDUfqHq2+EmBAzKQJ8+XVs=\nAllowedIPs = 192.168.2.1/32\nEndpoint = 10.0.0.2:51820",
      },
    },
    net1: {
      addresses: { veth1: ["10.0.0.2/24"], t1: ["192.168.2.1/24"] },
      wireguard: {
        t1: "[Interface]\nPrivateKey = aGSpUGeRt2EoKkTl06xZ265lSclynb0Wg0fjNO05ElI=\nListenPort = 51820\n\n[Peer]\nPublicKey = M3FgZNlVd77Jr7cVtxvrw63XtLfxs8Pc+zO5yewQWFQ=\nAllowedIPs = 192.168.2.11/32\nEndpoint = 10.0.0.1:51820",
      },
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "device", type: "wireguard", at: "net0:t0" },
    { kind: "device", type: "wireguard", at: "net1:t1" },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["wireguard-no-handshake"],
  twin: "wireguard-ok",
  stamps: "nano",
};
