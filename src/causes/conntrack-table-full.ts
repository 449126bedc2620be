// Connection tracking has no room for another entry: what would begin a new connection is dropped.

import { defineCause, inNamespace } from "../model/cause.ts";
import { setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** A new ping finds no room in the table of connections. */
export const cause = defineCause({
  code: "conntrack-table-full",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [],
    decides: [{ sysctl: "nf_conntrack_max" }, "kernelLog"],
    stages: ["arrived", "sent", "forwarded"],
  },
  title: text("dropped: the conntrack table is full", "被丢弃：连接跟踪表已满"),
  headline: ({ router, owner }) => {
    const host = router ?? owner;
    return text(
      `dropped: the conntrack table is full${host === undefined ? "" : ` on ${host}`}`,
      `被丢弃：连接跟踪表已满${host === undefined ? "" : `（${host}）`}`,
    );
  },
  summary: ({ source, target }) =>
    text(
      `The packet from ${source ?? "the sender"} for ${target ?? "the target"} begins a connection that is not tracked yet, and the table of tracked connections is full. The kernel drops it. Connections that are in the table already go on working, so the loss looks random.`,
      `${source ?? "发送方"} 发给 ${target ?? "目标"} 的报文属于一个尚未跟踪的新连接，而连接跟踪表已满，内核于是丢弃它。已在表中的连接照常工作，所以丢包看起来是随机的。`,
    ),
  why: () =>
    text(
      "nf_conntrack_in drops a packet for which no entry can be allocated; the limit, nf_conntrack_max, holds for all namespaces together with the initial one's value.",
      "无法分配表项时，nf_conntrack_in 会丢弃报文；上限 nf_conntrack_max 只能在初始命名空间中设置，对所有命名空间有效。",
    ),
  fixes: () => [
    {
      edits: [setting(null, { "net.netfilter.nf_conntrack_max": "262144" })],
      effect: text(
        "makes room for more entries (set in the initial network namespace, until the next boot)",
        "容纳更多表项（在初始网络命名空间中设置，重启后失效）",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max"),
      because: text("two numbers that are alike mean that the table is full", "如果两个数字相当，说明表已满"),
    },
  ],
  lookalikes: ["nft-conntrack-invalid", "neigh-table-overflow"],
  search: [
    "nf_conntrack: table full, dropping packet",
    "nf_conntrack_max",
    "random packet loss NAT router",
    "连接跟踪表已满",
    "nf_conntrack table full",
    "随机丢包 NAT",
  ],
  page: () => ({
    meaning: text(
      "A router or host with stateful rules or NAT remembers each connection. A scan, many short connections or long timeouts fill the table, and then nothing new gets through while everything old works.",
      "带有状态规则或 NAT 的路由器或主机会记住每个连接。扫描、大量短连接或过长的超时会填满这张表，此后新连接全部不通，旧连接照常。",
    ),
    evidence: text(
      "Packets: at the receiving interface, then nothing; other flows pass. State: nf_conntrack_count equals nf_conntrack_max. Kernel log: `nf_conntrack: table full, dropping packet`; `conntrack -S` counts it under drop. Drop reason: NETFILTER_DROP.",
      "报文：在接收接口上，然后就没了；其他流能通过。状态：nf_conntrack_count 等于 nf_conntrack_max。内核日志：`nf_conntrack: table full, dropping packet`；`conntrack -S` 计入 drop。丢包原因：NETFILTER_DROP。",
    ),
    tellApart: text(
      "nft-conntrack-invalid: a rule drops it, and its counter moves. nft-policy-drop: every new flow, at any time. neigh-table-overflow: the log speaks of the neighbour table.",
      "nft-conntrack-invalid：由规则丢弃，规则的计数增长。nft-policy-drop：任何时候新流都不通。neigh-table-overflow：日志说的是邻居表。",
    ),
    kernel: "nf_conntrack_in → resolve_normal_ct → __nf_conntrack_alloc: nf_conntrack_max reached → NF_DROP",
  }),
  scenario: null,
  negativeTwin: null,
});
