// A traceroute that arrived: the errors on its way are what it asks for, and the last one says that the target is there.

import { formatIpv4 } from "../model/address.ts";
import { defineCause } from "../model/cause.ts";
import { traceReached } from "../model/ordinary-errors.ts";
import { text } from "../model/text.ts";

/** A traceroute or mtr that reached its target. */
export const cause = defineCause({
  code: "trace-reached",
  severity: "note",
  title: text("traceroute reached its target", "traceroute 到达了目标"),
  headline: ({ target }) =>
    target === undefined
      ? text("traceroute reached its target", "traceroute 到达了目标")
      : text(`traceroute reached its target: ${target}`, `traceroute 到达了目标：${target}`),
  summary: ({ source, target }) =>
    text(
      `These ICMP errors are a traceroute at work: from ${source ?? "the sender"} packets with a small TTL, which the routers on the way report as expired, until ${target ?? "the target"} itself answers. Nothing failed.`,
      `这些 ICMP 差错是 traceroute 的正常工作过程：${source ?? "发送方"} 发出 TTL 很小的报文，途中的路由器逐个报告超时，直到 ${target ?? "目标"} 自己答复。没有任何故障。`,
    ),
  why: () =>
    text(
      "traceroute learns each router from its time exceeded, and the target from port unreachable or an echo reply.",
      "traceroute 通过超时差错得知每一跳路由器，通过端口不可达或 echo reply 得知已到达目标。",
    ),
  fixes: () => [],
  lookalikes: [],
  search: ["traceroute port unreachable", "traceroute time exceeded", "mtr", "traceroute 端口不可达", "路由跟踪"],
  page: () => ({
    meaning: text(
      "A traceroute sends packets that are meant to die: the first with TTL 1, then 2, and so on. Each router that drops one says so, and so the way becomes known. The target answers with port unreachable, since nobody listens on the ports from 33434 on, or with an echo reply.",
      "traceroute 发出的报文本来就是要在途中失效的：第一个 TTL 为 1，然后是 2，依次增加。每台丢弃它的路由器都会说一声，路径由此得知。目标以端口不可达答复（33434 以上的端口没人监听），或者以 echo reply 答复。",
    ),
    evidence: text(
      "Packets: time exceeded from routers and port unreachable from the target about UDP from one sender, or echo requests of which those with smaller TTL expire and those with larger are answered. No lab scenario stands here, since the lab pings.",
      "报文：同一个发送方的 UDP 引来路由器的超时差错和目标的端口不可达；或者 echo 请求中 TTL 较小的超时、较大的得到应答。实验环境只做 ping，所以这里没有对应的场景。",
    ),
    tellApart: text(
      "ttl-expired and routing-loop: the target never answers. nothing-listens: a single port, and no router on the way reports anything.",
      "ttl-expired 和 routing-loop：目标始终没有答复。nothing-listens：只问了一个端口，途中也没有路由器报告。",
    ),
    kernel: "ip_forward → icmp_send(ICMP_TIME_EXCEEDED); __udp4_lib_rcv → icmp_send(ICMP_PORT_UNREACH)",
  }),
  scenario: null,
  negativeTwin: null,
  check: ({ flow }) => {
    const frame = traceReached(flow);
    if (frame === null) return null;
    return {
      certainty: "likely",
      netns: null,
      interface: null,
      facts: { target: formatIpv4(flow.dst), ...(flow.src === null ? {} : { source: formatIpv4(flow.src) }) },
      evidence: [{ basis: "seen", text: text("the target's own answer", "目标自己的答复"), frames: [frame] }],
      ruledOut: [],
    };
  },
});
