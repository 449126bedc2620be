// Without DF a router cuts a packet that is too large for its next link; the target puts it together again.

import { defineCause } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** BEHAVIOUR: fragmentation on the way. */
export const cause = defineCause({
  code: "forward-fragments",
  severity: "note",
  marks: {
    drop: "no-end",
    counters: [{ name: "IpFragCreates", of: "namespace", always: true }],
    decides: ["link"],
  },
  title: text("fragmented on the way", "途中被分片"),
  headline: ({ size, mtu, outInterface }) => {
    if (size === undefined || mtu === undefined) return text("fragmented on the way", "途中被分片");
    return text(
      `fragmented on the way: ${size} bytes, MTU ${mtu}${outInterface === undefined ? "" : ` on ${outInterface}`}`,
      `途中被分片：${size} 字节，${outInterface === undefined ? "" : `${outInterface} 的 `}MTU 为 ${mtu}`,
    );
  },
  summary: ({ router, size, mtu, outInterface, target }) =>
    text(
      `${router || "A router on the way"} gets ${size === undefined ? "a packet" : `a packet of ${size} bytes`} that does not fit ${outInterface ?? "its next link"}${mtu === undefined ? "" : ` (MTU ${mtu})`}, and cuts it into fragments, since DF is not set. ${target ?? "The target"} puts them together. The ping works; behind the router a capture shows pieces.`,
      `${router || "途中的路由器"} 收到 ${size === undefined ? "一个报文" : `${size} 字节的报文`}，${outInterface ?? "下一段链路"}${mtu === undefined ? "" : `（MTU ${mtu}）`} 装不下，而且没有设置 DF，于是把它切成分片，由 ${target ?? "目标"} 重组。ping 是通的；在路由器之后抓包看到的是分片。`,
    ),
  why: () =>
    text(
      "IPv4 routers may fragment what does not carry DF (RFC 791); only the destination reassembles.",
      "IPv4 路由器可以对没有 DF 的报文分片（RFC 791）；只有目的主机负责重组。",
    ),
  fixes: () => [],
  lookalikes: ["answered", "frag-needed-df", "frag-reassembly-timeout"],
  search: [
    "IP fragmentation",
    "IpFragCreates",
    "fragmented packets in capture",
    "IP 分片",
    "大包被分片",
    "抓包看到分片",
  ],
  page: () => ({
    meaning: text(
      "A link on the way carries less than the sender sends, and the sender allows fragments. It costs some speed, and firewalls that drop fragments break it; otherwise nothing is wrong.",
      "途中某段链路的容量比发送方小，而发送方允许分片。会慢一些；遇到丢弃分片的防火墙会不通；除此之外没有问题。",
    ),
    evidence: text(
      "Packets: one packet in front of the router, two or more with the same IP id and offsets behind it. Counters: IpFragOKs and IpFragCreates on the router, IpReasmOKs at the target.",
      "报文：路由器之前一个报文，之后是 IP id 相同、偏移不同的两个或更多分片。计数器：路由器的 IpFragOKs 和 IpFragCreates，目标的 IpReasmOKs。",
    ),
    tellApart: text(
      "frag-needed-df: DF is set, an error comes instead of fragments. frag-reassembly-timeout: a fragment is lost, and the target gives up.",
      "frag-needed-df：设置了 DF，返回差错而不是分片。frag-reassembly-timeout：丢了一个分片，目标放弃重组。",
    ),
    kernel: "ip_finish_output → ip_fragment → ip_do_fragment: IPSTATS_MIB_FRAGCREATES; ip_defrag at the target",
  }),
  scenario: "forward-fragments",
  negativeTwin: "frag-needed-df",
});
