// The queueing discipline of the sending interface has no room for the packet, or is told to lose it.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** The queue of the outgoing interface drops. */
export const cause = defineCause({
  code: "qdisc-drop",
  severity: "problem",
  marks: {
    drop: [
      { reason: "QDISC_DROP", settles: "kind" },
      { reason: "QDISC_OVERLIMIT", settles: "kind" },
      { reason: "QDISC_CONGESTED", settles: "kind" },
      { reason: "FQ_FLOW_LIMIT", settles: "cause", sometimes: true },
      { reason: "FQ_BAND_LIMIT", settles: "cause", sometimes: true },
      { reason: "FQ_HORIZON_LIMIT", settles: "cause", sometimes: true },
      { reason: "CAKE_FLOOD", settles: "cause", sometimes: true },
      { reason: "DUALPI2_STEP_DROP", settles: "cause", sometimes: true },
    ],
    counters: [{ name: "IpOutDiscards", of: "namespace", always: false }],
    decides: ["qdisc"],
    waits: "neighbour",
  },
  title: text("dropped by the queue of the outgoing interface", "被出接口的队列丢弃"),
  headline: ({ outInterface }) =>
    text(
      `dropped by the queue of the outgoing interface${outInterface === undefined ? "" : ` ${outInterface}`}`,
      `被出接口的队列丢弃${outInterface === undefined ? "" : `（${outInterface}）`}`,
    ),
  summary: ({ target, outInterface, size }) =>
    text(
      `The packet for ${target ?? "the target"}${size === undefined ? "" : ` (${size} bytes)`} is handed to ${outInterface ?? "the outgoing interface"}, and its queueing discipline drops it: the queue is full, the packet is larger than the burst, or loss is configured. That happens before the capture point: tcpdump on the same interface does not show it.`,
      `发给 ${target ?? "目标"} 的报文${size === undefined ? "" : `（${size} 字节）`}交给 ${outInterface ?? "出接口"} 后，被它的排队规则丢弃：队列已满、报文大于 burst，或配置了丢包。这发生在抓包点之前：在同一接口上用 tcpdump 看不到它。`,
    ),
  why: () =>
    text(
      "A queueing discipline may refuse a packet when it is enqueued; the packet taps come after it.",
      "排队规则在报文入队时可以拒绝它；抓包点在它之后。",
    ),
  fixes: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `tc qdisc del dev ${outInterface ?? "IF"} root`),
      effect: text(
        "removes the configured queueing discipline; the interface gets the default one",
        "删除配置的排队规则；接口恢复为默认规则",
      ),
    },
  ],
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `tc -s qdisc show dev ${outInterface ?? "IF"}`),
      because: text(
        "tbf, netem or another shaper there, and a number after `dropped` that grows, decide it",
        "如果那里有 tbf、netem 等规则，而且 `dropped` 后面的数字在增长，就可以确定",
      ),
    },
  ],
  faults: ({ netns, role, outInterface: device }) =>
    role !== "target" && device !== null ? [[{ kind: "lossy-queue", netns, device }]] : [],
  lookalikes: ["peer-down", "tc-egress-drop", "nft-netdev-egress-drop", "local-mtu-df"],
  search: [
    "QDISC_DROP",
    "No buffer space available",
    "tc tbf burst too small",
    "netem loss",
    "qdisc 丢包",
    "限速后 ping 丢包",
  ],
  page: () => ({
    meaning: text(
      "Somebody shapes the outgoing interface (tbf, htb, netem), or a fast sender fills a short queue. A tbf whose burst is smaller than the packet drops every packet of that size, although small pings pass.",
      "有人对出接口做了整形（tbf、htb、netem），或者发送太快、队列太短。tbf 的 burst 小于报文时，这种大小的报文会全部被丢弃，而小的 ping 能通。",
    ),
    evidence: text(
      "Packets: those dropped are not at the sending interface, others are. ping: `sendmsg: No buffer space available`, or growing times where it only queues. State: the qdisc and its `dropped` counter. Counters: IpOutDiscards; drop reason QDISC_DROP at __dev_queue_xmit, on newer kernels QDISC_OVERLIMIT or QDISC_CONGESTED, and by name of the discipline FQ_FLOW_LIMIT, FQ_BAND_LIMIT, FQ_HORIZON_LIMIT, CAKE_FLOOD, DUALPI2_STEP_DROP.",
      "报文：被丢弃的不在发送接口上，其他的在。ping：`sendmsg: No buffer space available`；如果只是排队，则延迟增大。状态：qdisc 及其 `dropped` 计数。计数器：IpOutDiscards；丢包原因 __dev_queue_xmit 处的 QDISC_DROP，较新的内核为 QDISC_OVERLIMIT 或 QDISC_CONGESTED，以及各排队规则自己的 FQ_FLOW_LIMIT、FQ_BAND_LIMIT、FQ_HORIZON_LIMIT、CAKE_FLOOD、DUALPI2_STEP_DROP。",
    ),
    tellApart: text(
      "peer-down also gives QDISC_DROP, but the interface has no carrier and ping gets no error from sendmsg. tc-egress-drop: TC_EGRESS. local-mtu-df: ping says that the message is too long.",
      "peer-down 也报告 QDISC_DROP，但接口没有载波，ping 的 sendmsg 也不报错。tc-egress-drop：TC_EGRESS。local-mtu-df：ping 显示报文太长。",
    ),
    kernel: "__dev_queue_xmit → __dev_xmit_skb → q->enqueue → qdisc_drop: QDISC_DROP",
  }),
  scenario: "qdisc-drop",
  negativeTwin: "two-namespaces",
});
