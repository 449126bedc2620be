// Reverse path filtering applies to ARP too: the sender of a request is checked like the source of a packet.

import { defineCause, inNamespace } from "../model/cause.ts";
import { allAnd, alsoForAll, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The receiver has the address asked for, but refuses the asker's. */
export const cause = defineCause({
  code: "rp-filter-arp",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [],
    decides: [{ sysctl: "rp_filter", values: ["1", "2"] }, "route"],
    asked: { threads: 2, order: 1 },
    waits: "neighbour",
  },
  title: text("ARP refused by rp_filter", "ARP 被 rp_filter 拒绝"),
  headline: ({ source, inInterface }) =>
    text(
      `ARP refused by rp_filter: the way back to ${source ?? "the asker"} is not ${inInterface ?? "the interface it came in by"}`,
      `ARP 被 rp_filter 拒绝：回到 ${source ?? "询问者"} 的路径不是 ${inInterface ?? "请求进来的接口"}`,
    ),
  summary: ({ target, source, inInterface, route, basis }) => {
    if (basis === "packets") {
      return text(
        `The question for ${target ?? "the address"} reached ${inInterface ?? "the receiver"} and was not answered. If the receiver's route back to ${source ?? "the asker"} does not use that interface and rp_filter is on, it stays silent by design.`,
        `询问 ${target ?? "目标地址"} 的请求到达了 ${inInterface ?? "接收方"}，没有应答。如果接收方回到 ${source ?? "询问者"} 的路由不走这个接口，而且开了 rp_filter，它就会按设计保持沉默。`,
      );
    }
    return text(
      `The question for ${target ?? "the address"} reaches ${inInterface ?? "the receiver"}, and the address is there. But it comes from ${source ?? "an address"}, and the receiver's way back to that ${route === undefined ? "is not this interface" : `is "${route}"`}: rp_filter refuses it, without answer, drop event or counter.`,
      `询问 ${target ?? "目标地址"} 的请求到达了 ${inInterface ?? "接收方"}，地址也在那里。但发送方是 ${source ?? "某个地址"}，接收方回到它的路径${route === undefined ? "不是这个接口" : `是“${route}”`}：rp_filter 拒绝了请求，不应答，没有丢包事件，也没有计数。`,
    );
  },
  why: () =>
    text(
      "The kernel runs an ARP request through the same source check as an IP packet from its sender to the address asked for; the larger rp_filter of conf/all and the receiving interface counts.",
      "内核对 ARP 请求做与 IP 报文相同的源地址检查（视为从发送方发往被询问地址的报文）；rp_filter 取 conf/all 和接收接口中较大的值。",
    ),
  fixes: ({ source, inInterface }, netns) => {
    const device = inInterface ?? "IF";
    return [
      {
        edits: [{ kind: "route", netns, verb: "replace", destination: `${source ?? "SOURCE"}/32`, device }],
        effect: text(
          `makes ${device} the way back, if that is where ${source ?? "the asker"} belongs`,
          `让 ${device} 成为回程接口，前提是 ${source ?? "询问者"} 本来就在那一侧`,
        ),
      },
      {
        edits: [setting(null, { "net.ipv4.conf.all.arp_announce": "2" })],
        effect: text(
          "on the asker: makes it ask with an address of the outgoing interface's own subnet, which the receiver knows the way back to",
          "在询问方执行：让它用出接口所在子网的地址去询问，接收方知道怎么回",
        ),
      },
      {
        edits: [setting(netns, allAnd(device, "rp_filter", "0"))],
        effect: text(
          `switches the check off on ${device}; both must be 0 (2 is enough where any route back exists)`,
          `在 ${device} 上关闭检查；两个值都必须是 0（如果存在任何回程路由，设为 2 即可）`,
        ),
      },
    ];
  },
  assumes: alsoForAll("rp_filter", "0"),
  settle: ({ source, target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${source ?? "SOURCE"} from ${target ?? "TARGET"}`),
      because: text("on the receiver: names the interface of the way back", "在接收方执行：给出回程所用的接口"),
    },
  ],
  lookalikes: ["arp-no-local-owner", "accept-local-off", "accept-local-but-rp-filter", "arp-ignore-1", "arp-filter"],
  search: [
    "rp_filter ARP",
    "no ARP reply",
    "arp_announce",
    "martian source ll header 08 06",
    "rp_filter 影响 ARP",
    "ARP 没有应答",
    "反向路径过滤",
  ],
  page: () => ({
    meaning: text(
      "The receiver owns the address that is asked for, but the question's sender address is one to which it would answer by another interface (rp_filter=1) or not at all (rp_filter=1 or 2). So it ignores the question. Typical: the asker uses an address of another of its interfaces as the sender.",
      "接收方有被询问的地址，但请求的发送方地址按它的路由要从另一个接口回（rp_filter=1），或者根本没有回程路由（rp_filter=1 或 2），于是忽略请求。典型场景：询问方用了自己另一个接口的地址作为发送方。",
    ),
    evidence: text(
      "Packets: unanswered who-has, its sender address not of the receiving interface's subnet. State: rp_filter (larger of all and interface) not 0, the receiver's route to the sender by another interface or missing. No drop event, and TcpExtIPReversePathFilter does not move for ARP; with log_martians=1 a martian source whose `ll header` ends in 08 06.",
      "报文：没有应答的 who-has，其发送方地址不在接收接口的子网内。状态：rp_filter（取 all 和接口中较大的）不为 0，接收方到发送方的路由走另一个接口或不存在。没有丢包事件，ARP 也不会让 TcpExtIPReversePathFilter 增长；log_martians=1 时记录 martian source，其 `ll header` 以 08 06 结尾。",
    ),
    tellApart: text(
      "arp-filter counts in TcpExtArpFilter. arp-ignore-1 does not depend on the sender. arp-no-local-owner: the address is not there at all. An `arping -D`, which asks from 0.0.0.0, is answered here: then the sender's address is the problem.",
      "arp-filter 会计入 TcpExtArpFilter。arp-ignore-1 与发送方无关。arp-no-local-owner：地址根本不在那里。`arping -D`（以 0.0.0.0 询问）在这里会得到应答：说明问题在发送方地址。",
    ),
    kernel:
      "arp_process → ip_route_input_noref(tip, sip) → fib_validate_source (IN_DEV_RPFILTER: IN_DEV_MAXCONF); error → consume_skb",
  }),
  scenario: "rp-filter-arp",
  negativeTwin: "rp-filter-strict",
});
