// The address is on a port of the bridge instead of the bridge.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "ip-on-bridge-port",
  setup: text(
    "host has a bridge br0 with the port p0, the other end of a's veth0 (192.168.2.11/24).",
    "host 有网桥 br0，端口 p0 是 a 的 veth0（192.168.2.11/24）的另一端。",
  ),
  fault: text(
    "host's address 192.168.2.1/24 is on the port p0: what comes in belongs to br0, so that the answers to host's own ARP requests on p0 come in on br0 and find no entry there.",
    "host 的地址 192.168.2.1/24 配在端口 p0 上，而进来的报文归 br0：host 从 p0 发出的 ARP 请求，应答却从 br0 进来，对不上邻居项。",
  ),
  namespaces: {
    a: { addresses: { veth0: ["192.168.2.11/24"] } },
    host: { addresses: { p0: ["192.168.2.1/24"] } },
  },
  links: [
    { kind: "veth", ends: ["a:veth0", "host:p0"] },
    { kind: "bridge", at: "host:br0", ports: ["p0"] },
  ],
  commands: [{ netns: "a", argv: ["ping", "-c", "2", "-W", "1", "192.168.2.1"] }],
  expected: ["ip-on-bridge-port"],
  twin: "missing-return-route",
  stamps: "micro",
};
