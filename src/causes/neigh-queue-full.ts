// More packets wait for an ARP answer than the queue holds: a side effect of an ARP problem.

import { defineCause, inNamespace } from "../model/cause.ts";
import { setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Why ping hears of some of its requests only. */
export const cause = defineCause({
  code: "neigh-queue-full",
  severity: "note",
  marks: {
    drop: [{ reason: "NEIGH_QUEUEFULL", at: ["__neigh_event_send"], settles: "cause", sometimes: true }],
    counters: [],
    decides: [{ sysctl: "unres_qlen_bytes" }],
    waits: "neighbour",
  },
  title: text("too many packets wait for ARP: the oldest are gone", "等待 ARP 的报文太多：最早的被丢弃"),
  headline: ({ target, count, outInterface }) => {
    const en = [
      count === undefined ? undefined : `${count} lost silently`,
      target === undefined ? undefined : `waiting for ${target}`,
      outInterface === undefined ? undefined : `on ${outInterface}`,
    ].filter((part) => part !== undefined);
    const zh = [
      outInterface === undefined ? undefined : `${outInterface} 上`,
      target === undefined ? undefined : `等待 ${target}`,
      count === undefined ? undefined : `${count} 个静默丢失`,
    ].filter((part) => part !== undefined);
    return text(
      `too many packets wait for ARP: the oldest are gone${en.length === 0 ? "" : ` (${en.join(", ")})`}`,
      `等待 ARP 的报文太多：最早的被丢弃${zh.length === 0 ? "" : `（${zh.join("，")}）`}`,
    );
  },
  summary: ({ target, count, outInterface, sysctl, value }) => {
    const room =
      value === undefined
        ? text("", "")
        : text(` (${sysctl ?? "unres_qlen_bytes"} = ${value})`, `（${sysctl ?? "unres_qlen_bytes"} = ${value}）`);
    return text(
      `While ${outInterface ?? "the host"} asks for ${target ?? "the next hop"} and gets no answer, packets wait in a queue of limited size${room.en}. Each one too many pushes out the oldest, without any error, so ping hears only of the last ones${count === undefined ? "" : ` and nothing about the first ${count}`}. It is a side effect: what needs mending is the ARP that nobody answers.`,
      `${outInterface ?? "主机"} 询问 ${target ?? "下一跳"} 而没有应答期间，报文在一个容量有限的队列里等待${room.zh}。每多一个，就把最早的挤掉，不报任何错，所以 ping 只听到最后几个的消息${count === undefined ? "" : `，对最前面的 ${count} 个一无所知`}。这只是连带现象：要解决的是没有应答的 ARP。`,
    );
  },
  why: () =>
    text(
      "An unresolved neighbour keeps its packets only up to unres_qlen_bytes, counted with the kernel's own overhead (some 770 bytes for a plain ping), and prefers the newest.",
      "未解析的邻居最多只保留 unres_qlen_bytes 字节的报文，内核自身的开销也计算在内（普通 ping 一个约 770 字节），而且优先保留最新的。",
    ),
  fixes: ({ target, outInterface }, netns) => [
    {
      advice: inNamespace(netns, `ip neigh show to ${target ?? "ADDRESS"}`),
      effect: text(
        "shows the entry that stays INCOMPLETE or FAILED: that is the problem to solve",
        "看到一直处于 INCOMPLETE 或 FAILED 的表项：要解决的是它",
      ),
    },
    {
      edits: [
        setting(netns, {
          [`net.ipv4.neigh.${(outInterface ?? "IF").replaceAll(".", "/")}.unres_qlen_bytes`]: "212992",
        }),
      ],
      effect: text(
        "lets more packets wait (the default of current kernels); they still leave only once ARP is answered",
        "让更多报文可以等待（当前内核的默认值）；但 ARP 有应答之前它们仍然发不出去",
      ),
    },
  ],
  lookalikes: ["host-unreachable-is-local", "neigh-no-probes", "neigh-table-overflow"],
  search: [
    "NEIGH_QUEUEFULL",
    "unres_qlen_bytes",
    "unres_discards",
    "fewer Destination Host Unreachable than packets",
    "arp 队列满",
    "等待 ARP 时丢包",
    "Host Unreachable 比请求少",
  ],
  page: () => ({
    meaning: text(
      "ARP for the next hop is not answered, and packets are made faster than the queue for that neighbour can hold. The oldest are thrown away at once and silently; the rest get their “host unreachable” when the ARP round ends. The same happens to the first packets of a burst to a neighbour that does answer, only slowly.",
      "下一跳的 ARP 没有应答，而报文产生得太快，该邻居的队列放不下。最早的立即被静默丢弃，其余的在这一轮 ARP 结束时得到 host unreachable。如果邻居会应答但很慢，一阵突发报文中最早的几个也会这样丢失。",
    ),
    evidence: text(
      "ping: fewer error lines than requests, and those that are missing are the first. Packets: ARP unanswered, no echo request on the wire. State: unres_qlen_bytes of the interface. Kernel: NEIGH_QUEUEFULL at __neigh_event_send, unres_discards in /proc/net/stat/arp_cache.",
      "ping：报错的行比请求少，而且缺的是最前面的。报文：ARP 没有应答，链路上没有 echo 请求。状态：该接口的 unres_qlen_bytes。内核：__neigh_event_send 处的 NEIGH_QUEUEFULL，/proc/net/stat/arp_cache 里的 unres_discards。",
    ),
    tellApart: text(
      "Where the last requests are the ones without an error line, ping merely ended before their ARP round did. neigh-stale-mac-changed, arp-problem-hidden-by-cache: the first requests did go out on the wire.",
      "如果没有报错的是最后几个请求，那只是 ping 在这一轮 ARP 结束之前就退出了。neigh-stale-mac-changed、arp-problem-hidden-by-cache：最前面的请求确实发到了链路上。",
    ),
    kernel: "__neigh_event_send: arp_queue_len_bytes + truesize > NEIGH_VAR(QUEUE_LEN_BYTES) → __skb_dequeue",
  }),
  scenario: "neigh-queue-full",
  negativeTwin: "arp-ignore-1",
});
