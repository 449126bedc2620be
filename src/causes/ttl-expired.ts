// A packet comes to a router with a TTL of 1 and may not go on.

import { defineCause, inNamespace } from "../model/cause.ts";
import { verdictOfError } from "../model/observed.ts";
import { text } from "../model/text.ts";

/** The time to live ended at a router. */
export const cause = defineCause({
  code: "ttl-expired",
  severity: "problem",
  marks: {
    drop: [{ reason: "IP_INHDR", at: ["ip_forward"], settles: "cause" }],
    counters: [
      { name: "IpInHdrErrors", of: "namespace", always: true },
      { name: "IcmpOutTimeExcds", of: "namespace", always: false },
    ],
    decides: [],
    asked: { threads: 5, order: 4 },
  },
  title: text("TTL expired on the way", "途中 TTL 耗尽"),
  headline: ({ router, target }) =>
    text(
      `TTL expired on the way${target === undefined ? "" : ` to ${target}`}${router ? `, at ${router}` : ""}`,
      `途中 TTL 耗尽${target === undefined ? "" : `：目的地 ${target}`}${router ? `（在 ${router}）` : ""}`,
    ),
  summary: ({ router, ttl, source, target, inInterface }) =>
    text(
      `The packet from ${source ?? "the sender"} to ${target ?? "the target"} comes to ${router || "a router"}${inInterface === undefined ? "" : ` (${inInterface})`} with a TTL of ${ttl ?? "1"}, and there are more hops to go. A router must not forward it: it drops the packet and sends "Time to live exceeded" back.`,
      `从 ${source ?? "发送方"} 到 ${target ?? "目标"} 的报文到达 ${router || "某个路由器"}${inInterface === undefined ? "" : `（${inInterface}）`} 时 TTL 只剩 ${ttl ?? "1"}，而后面还有路要走。路由器不能再转发，于是丢弃它，并发回“Time to live exceeded”。`,
    ),
  why: () =>
    text(
      "Every router takes one off the TTL and must drop what would come to 0 (RFC 1812, 5.3.1); a TTL of 1 still suffices for the router's own addresses.",
      "每个路由器把 TTL 减一，减到 0 的必须丢弃（RFC 1812 5.3.1 节）；但如果目的地就是路由器自己，TTL 为 1 也够用。",
    ),
  fixes: ({ target }, netns) => [
    {
      edits: [{ kind: "question", target: target ?? "TARGET", ttl: 64, atFault: true }],
      effect: text(
        "on the asker: gives the packet enough hops, if a small -t was the reason (`traceroute` does this on purpose)",
        "在请求方执行：如果是 -t 设得太小，给它足够的跳数（`traceroute` 是故意这样做的）",
      ),
    },
    {
      advice: "sysctl net.ipv4.ip_default_ttl",
      effect: text(
        "on the asker: shows the TTL it starts with; 64 is the usual value",
        "在请求方执行：查看起始 TTL；通常是 64",
      ),
    },
    {
      advice: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      effect: text(
        "on the router: if it points back to where the packet came from, this is a routing loop",
        "在路由器上执行：如果指回报文来的方向，那就是路由环路",
      ),
    },
  ],
  settle: ({ target }) => [
    {
      command: `traceroute -n ${target ?? "TARGET"}`,
      because: text(
        "two addresses that take turns show a loop; otherwise it counts the hops that are needed",
        "如果两个地址轮流出现，就是环路；否则可以数出需要多少跳",
      ),
    },
  ],
  lookalikes: ["routing-loop", "reply-ttl-expired"],
  search: [
    "Time to live exceeded",
    "ping -t ttl",
    "TTL expired in transit",
    "traceroute",
    "TTL 超时",
    "TTL 传输中过期",
    "ping 提示 Time to live exceeded",
  ],
  page: () => ({
    meaning: text(
      "The packet carries a counter that every router lowers by one. Here it was used up before the target was reached. Either it started small (`ping -t`, a program's own setting), or the path is longer than thought, or the packet goes in circles.",
      "报文带着一个计数，每过一个路由器减一；在到达目标之前用完了。要么起始值太小（`ping -t`、程序自己的设置），要么路径比想象的长，要么报文在兜圈子。",
    ),
    evidence: text(
      "Packets: the request with TTL 1 at the router's input, then an ICMP time exceeded (type 11 code 0) from that router. Counters on the router: IpInHdrErrors and IcmpOutTimeExcds; drop reason IP_INHDR at ip_forward.",
      "报文：路由器入接口上 TTL 为 1 的请求，随后是该路由器发出的 ICMP 超时（类型 11 代码 0）。路由器的计数器：IpInHdrErrors、IcmpOutTimeExcds；丢包原因 ip_forward 处的 IP_INHDR。",
    ),
    tellApart: text(
      "routing-loop: the same id and sequence number pass the same link many times. reply-ttl-expired: it is the reply that dies, the error goes to the target, and ping prints nothing. ip-header-bad: IP_INHDR at ip_rcv_core, no time exceeded.",
      "routing-loop：同一个 id 和序号多次经过同一链路。reply-ttl-expired：耗尽的是应答，差错发给目标，ping 什么也不打印。ip-header-bad：IP_INHDR 出现在 ip_rcv_core，没有超时差错。",
    ),
    kernel:
      "ip_forward: ip_hdr(skb)->ttl <= 1 → icmp_send(ICMP_TIME_EXCEEDED, ICMP_EXC_TTL); before the MTU and the FORWARD hook",
  }),
  scenario: "ttl-expired",
  negativeTwin: "router-ok",
  // What a ping prints without a small -t is a routing-loop.
  check: (view) => {
    const verdict = verdictOfError(view, [[11, 0]], "likely");
    const started = view.flow.printed?.ttl ?? 64;
    return verdict?.facts.basis === "ping" && started >= 30 ? null : verdict;
  },
});
