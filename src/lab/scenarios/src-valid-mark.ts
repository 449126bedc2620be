// The route back depends on a mark, and the reverse-path filter does not look at marks.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "src-valid-mark",
  setup: text(
    "Two namespaces joined by two veth pairs: 192.168.2.0/24 between veth0 and veth1, 192.168.3.0/24 between veth2 and veth3; net0 asks with its address of veth2 over veth0.",
    "两个命名空间由两对 veth 相连：veth0 与 veth1 之间是 192.168.2.0/24，veth2 与 veth3 之间是 192.168.3.0/24；net0 用 veth2 的地址经 veth0 发出请求。",
  ),
  fault: text(
    "net1 marks what comes in by veth1, and a rule for that mark leads back by veth1; but rp_filter=1 leaves the mark out, as src_valid_mark is 0, and drops the request.",
    "net1 给从 veth1 进来的报文打标记，并有一条按该标记回 veth1 的策略路由规则；但 src_valid_mark 为 0，rp_filter=1 检查时不看标记，于是丢弃请求。",
  ),
  namespaces: {
    net0: {
      addresses: { veth0: ["192.168.2.11/24"], veth2: ["192.168.3.11/24"] },
      sysctl: { "net.ipv4.conf.veth0.arp_announce": "2" },
    },
    net1: {
      addresses: { veth1: ["192.168.2.1/24"], veth3: ["192.168.3.1/24"] },
      sysctl: { "net.ipv4.conf.veth1.rp_filter": "1" },
      routes: ["192.168.3.0/24 dev veth1 table 100"],
      rules: ["fwmark 0x1 lookup 100"],
      nft: `table ip t {
  chain pre {
    type filter hook prerouting priority mangle;
    iifname "veth1" meta mark set 0x1
  }
}`,
    },
  },
  links: [
    { kind: "veth", ends: ["net0:veth0", "net1:veth1"] },
    { kind: "veth", ends: ["net0:veth2", "net1:veth3"] },
  ],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "-I", "192.168.3.11", "192.168.2.1"] }],
  expected: ["src-valid-mark"],
  twin: "rp-filter-strict",
  stamps: "nano",
};
