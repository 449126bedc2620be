// A filter or BPF program of traffic control at the sending interface drops the packet in front of the packet tap.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** tc takes what tcpdump never sees. */
export const cause = defineCause({
  code: "tc-egress-drop",
  severity: "problem",
  marks: {
    drop: [
      { reason: "TC_EGRESS", settles: "cause" },
      { reason: "TC_CHAIN_NOTFOUND", settles: "kind", sometimes: true },
      { reason: "TC_COOKIE_ERROR", settles: "kind", sometimes: true },
      { reason: "TC_RECLASSIFY_LOOP", settles: "kind", sometimes: true },
    ],
    counters: [{ name: "IpOutDiscards", of: "namespace", always: false }],
    decides: ["filter", "qdisc"],
    waits: "neighbour",
  },
  title: text("dropped by traffic control (tc): egress", "被流量控制（tc）丢弃：egress"),
  headline: ({ outInterface }) =>
    text(
      `dropped by traffic control (tc): egress${outInterface === undefined ? "" : ` of ${outInterface}`}`,
      `被流量控制（tc）丢弃：egress${outInterface === undefined ? "" : `（${outInterface}）`}`,
    ),
  summary: ({ source, target, outInterface }) =>
    text(
      `The packet from ${source ?? "the sender"} for ${target ?? "the target"} is handed to ${outInterface ?? "the outgoing interface"} and dropped there by a tc filter or BPF program. That happens before the capture point: tcpdump on the same interface shows nothing.`,
      `${source ?? "发送方"} 发给 ${target ?? "目标"} 的报文交给 ${outInterface ?? "出接口"} 后，被那里的 tc 过滤器或 BPF 程序丢弃。这发生在抓包点之前：在同一接口上用 tcpdump 什么也看不到。`,
    ),
  why: () =>
    text(
      "tc egress runs in front of the qdisc and the packet taps; a filter whose action is drop, or a program that returns TC_ACT_SHOT, ends the packet there.",
      "tc egress 在 qdisc 和抓包点之前运行；动作为 drop 的过滤器，或返回 TC_ACT_SHOT 的程序，会在那里丢弃报文。",
    ),
  fixes: ({ outInterface, rule, handle }, netns) =>
    rule?.startsWith("tcx_")
      ? [
          {
            advice: inNamespace(netns, `bpftool net detach tcx_egress dev ${outInterface ?? "IF"}`),
            effect: text(
              "takes the BPF program off the interface; whoever attached it (Cilium, a monitoring agent) may attach it again",
              "把 BPF 程序从接口上摘下；挂它的程序（Cilium、监控代理等）可能会重新挂上",
            ),
          },
        ]
      : [
          {
            command: inNamespace(
              netns,
              `tc filter del dev ${outInterface ?? "IF"} egress${handle === undefined ? "" : ` ${handle}`}`,
            ),
            effect:
              handle === undefined
                ? text(
                    "removes all egress filters of the interface; a network plugin (Cilium, Calico) that owns them attaches them again",
                    "删除该接口的全部 egress 过滤器；如果它们属于网络插件（Cilium、Calico），插件会重新挂上",
                  )
                : text(
                    "removes this filter; a network plugin (Cilium, Calico) that owns it attaches it again",
                    "删除这个过滤器；如果它属于网络插件（Cilium、Calico），插件会重新挂上",
                  ),
          },
        ],
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `tc -s filter show dev ${outInterface ?? "IF"} egress`),
      because: text(
        "a filter there whose action is drop, with a counter that grows, decides it",
        "如果那里有动作为 drop 的过滤器，而且计数在增长，就可以确定",
      ),
    },
  ],
  faults: ({ netns, role, outInterface: device }) =>
    role !== "target" && device !== null ? [[{ kind: "tc-egress", netns, device }]] : [],
  lookalikes: ["nft-netdev-egress-drop", "qdisc-drop", "nft-postrouting-drop"],
  search: [
    "TC_EGRESS",
    "No buffer space available",
    "tc filter egress action drop",
    "clsact egress bpf",
    "tc egress 丢包",
    "tcpdump 看不到发出的包",
  ],
  page: () => ({
    meaning: text(
      "The sender's own traffic control refuses the packet. Network plugins enforce their policies so, and so do `tc filter … action drop` rules that somebody once tried out. ping says `sendmsg: No buffer space available`, which sends people looking for memory.",
      "发送方自己的流量控制拒绝了报文。网络插件用这种方式执行策略，有人试验过的 `tc filter … action drop` 规则也是如此。ping 显示 `sendmsg: No buffer space available`，让人误以为内存不足。",
    ),
    evidence: text(
      "Packets: not even at the sending interface. ping: `sendmsg: No buffer space available`. State: a clsact qdisc with egress filters. Counters: IpOutDiscards; drop reason TC_EGRESS at __dev_queue_xmit; filters that contradict themselves give TC_CHAIN_NOTFOUND, TC_COOKIE_ERROR or TC_RECLASSIFY_LOOP.",
      "报文：连发送接口上也没有。ping：`sendmsg: No buffer space available`。状态：clsact qdisc，上面有 egress 过滤器。计数器：IpOutDiscards；丢包原因 __dev_queue_xmit 处的 TC_EGRESS；过滤器自相矛盾时为 TC_CHAIN_NOTFOUND、TC_COOKIE_ERROR 或 TC_RECLASSIFY_LOOP。",
    ),
    tellApart: text(
      "nft-netdev-egress-drop: NETFILTER_DROP. qdisc-drop: QDISC_DROP, and only some of the packets. nft-output-drop: ping says that the operation is not permitted.",
      "nft-netdev-egress-drop：NETFILTER_DROP。qdisc-drop：QDISC_DROP，而且只丢一部分报文。nft-output-drop：ping 显示操作不允许。",
    ),
    kernel: "__dev_queue_xmit → sch_handle_egress: TC_ACT_SHOT → TC_EGRESS, NET_XMIT_DROP → ENOBUFS",
  }),
  scenario: "tc-egress-drop",
  negativeTwin: "tc-ok",
});
