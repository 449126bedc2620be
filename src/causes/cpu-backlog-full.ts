// More packets wait for a CPU than netdev_max_backlog allows: veth, lo and packet steering put them there.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** The receiving CPU does not keep up. */
export const cause = defineCause({
  code: "cpu-backlog-full",
  severity: "problem",
  marks: {
    drop: [{ reason: "CPU_BACKLOG", settles: "cause" }],
    counters: [],
    decides: [],
  },
  title: text("too many packets waited for the CPU", "等待 CPU 处理的报文太多"),
  headline: ({ inInterface }) =>
    text(
      `too many packets waited for the CPU${inInterface === undefined ? "" : ` (at ${inInterface})`}`,
      `等待 CPU 处理的报文太多${inInterface === undefined ? "" : `（${inInterface}）`}`,
    ),
  summary: ({ inInterface, count }) =>
    text(
      `Packets for ${inInterface ?? "the interface"} come faster than the CPU that takes them in can work: ${count === undefined ? "what" : `${count} that`} came while net.core.netdev_max_backlog packets waited ${count === "1" ? "was" : "were"} dropped. The sender sees them leave; the receiver’s captures do not show them.`,
      `发往 ${inInterface ?? "接口"} 的报文来得比处理它们的 CPU 快：已有 net.core.netdev_max_backlog 个在等待时，再来的${count === undefined ? "" : ` ${count} 个`}被丢弃。发送方看到它们发出，接收方的抓包里没有它们。`,
    ),
  why: () =>
    text(
      "veth, lo, tunnels and packet steering queue frames for a CPU in enqueue_to_backlog; its limit is netdev_max_backlog for each CPU.",
      "veth、lo、隧道和 RPS 在 enqueue_to_backlog 里把帧排进某个 CPU 的队列；每个 CPU 的上限是 netdev_max_backlog。",
    ),
  fixes: (_, netns) => [
    {
      advice: inNamespace(netns, "cat /proc/net/softnet_stat"),
      effect: text(
        "shows for each CPU in the second column what was dropped; a larger net.core.netdev_max_backlog (it holds for the whole machine) takes up bursts, not a lasting overload",
        "第二列是各 CPU 丢弃的数量；增大 net.core.netdev_max_backlog（对整机有效）能吸收突发，但不能解决持续过载",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "cat /proc/net/softnet_stat"),
      because: text(
        "the second column of a line grows with each packet dropped so",
        "每这样丢一个报文，某一行的第二列就会增长",
      ),
    },
  ],
  lookalikes: [],
  search: [
    "CPU_BACKLOG",
    "netdev_max_backlog",
    "softnet_stat dropped",
    "enqueue_to_backlog",
    "软中断 丢包",
    "netdev_max_backlog 丢包",
  ],
  page: () => ({
    meaning: text(
      "A flood, a busy neighbour container or a slow CPU: the queue between two ends of a veth pair, or behind packet steering, is full for a moment. Single pings are lost beside the load.",
      "洪泛、繁忙的邻居容器或 CPU 太慢：veth 两端之间或 RPS 之后的队列一时满了。负载旁边的个别 ping 因此丢失。",
    ),
    evidence: text(
      "Packets: leave one end of a pair and never come out of the other. State: the second column of /proc/net/softnet_stat. Drop reason CPU_BACKLOG at enqueue_to_backlog.",
      "报文：从 veth 一端发出，另一端没有出来。状态：/proc/net/softnet_stat 第二列。丢包原因为 enqueue_to_backlog 处的 CPU_BACKLOG。",
    ),
    tellApart: text(
      "qdisc-drop: QDISC_DROP, on the sending side. peer-down: every packet is lost, not some under load.",
      "qdisc-drop：QDISC_DROP，发生在发送侧。peer-down：所有报文都丢，而不是有负载时丢一部分。",
    ),
    kernel: "netif_rx → enqueue_to_backlog: qlen > net_hotdata.max_backlog → SKB_DROP_REASON_CPU_BACKLOG",
  }),
  scenario: null,
  negativeTwin: null,
});
