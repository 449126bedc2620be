// An earlier error taught this host that the way takes less than its own link.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "pmtu-cached",
  setup: text(
    "Three namespaces in a row: left (10.0.1.1/24), router (10.0.1.254 and 10.0.2.254), right (10.0.2.2/24).",
    "三个命名空间依次相连：left（10.0.1.1/24）、router（10.0.1.254 与 10.0.2.254）、right（10.0.2.2/24）。",
  ),
  fault: text(
    "The second link takes 1400 bytes at most. An earlier ping has learned that from the router, so that this one is refused at once.",
    "第二段链路最多 1400 字节。先前的 ping 已经从路由器那里得知，所以这一次在本机就被拒绝。",
  ),
  namespaces: {
    left: { addresses: { veth0: ["10.0.1.1/24"] }, routes: ["default via 10.0.1.254"] },
    router: {
      addresses: { veth1: ["10.0.1.254/24"], veth2: ["10.0.2.254/24"] },
      links: ["veth2 mtu 1400"],
      // Else the router checks its neighbour some seconds after the earlier ping.
      sysctl: { "net.ipv4.ip_forward": "1", "net.ipv4.neigh.veth1.delay_first_probe_time": "60" },
    },
    right: { addresses: { veth3: ["10.0.2.2/24"] }, links: ["veth3 mtu 1400"], routes: ["default via 10.0.2.254"] },
  },
  links: [
    { kind: "veth", ends: ["left:veth0", "router:veth1"] },
    { kind: "veth", ends: ["router:veth2", "right:veth3"] },
  ],
  before: [{ netns: "left", argv: ["ping", "-c", "2", "-W", "1", "-M", "do", "-s", "1472", "10.0.2.2"] }],
  commands: [{ netns: "left", argv: ["ping", "-c", "2", "-W", "1", "-M", "do", "-s", "1472", "10.0.2.2"] }],
  expected: ["pmtu-cached"],
  twin: "frag-needed-df",
  stamps: "nano",
};
