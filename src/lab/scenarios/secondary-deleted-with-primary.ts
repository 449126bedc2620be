// The first address was deleted, and the second one went with it.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "secondary-deleted-with-primary",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24 and, as a secondary address, 192.168.2.12/24; net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 有 192.168.2.11/24，还有辅助地址（secondary）192.168.2.12/24；net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text(
    "Somebody deletes 192.168.2.11 on net0; promote_secondaries is 0, so the kernel deletes 192.168.2.12 as well.",
    "有人删除了 net0 的 192.168.2.11；promote_secondaries 为 0，内核把 192.168.2.12 也一起删掉了。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24", "192.168.2.12/24"] },
      sysctl: { "net.ipv4.conf.all.promote_secondaries": "0", "net.ipv4.conf.veth0.promote_secondaries": "0" },
    },
    net1: { addresses: { veth1: ["192.168.2.1/24"] } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  meanwhile: [{ netns: "net0", argv: ["ip", "address", "delete", "192.168.2.11/24", "dev", "veth0"] }],
  commands: [{ netns: "net1", argv: ["ping", "-c", "4", "192.168.2.12"] }],
  expected: ["secondary-deleted-with-primary"],
  twin: "target-has-no-address",
  stamps: "nano",
};
