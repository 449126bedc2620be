// Too large for the router's next link, and DF forbids it to cut the packet up.

import { defineCause } from "../model/cause.ts";
import { verdictOfError } from "../model/observed.ts";
import { text } from "../model/text.ts";

/** Path MTU: the router refuses a packet that must not be fragmented. */
export const cause = defineCause({
  code: "frag-needed-df",
  severity: "problem",
  marks: {
    drop: [{ reason: "PKT_TOO_BIG", settles: "cause" }],
    counters: [
      { name: "IpFragFails", of: "namespace", always: true },
      { name: "IcmpOutDestUnreachs", of: "namespace", always: false },
    ],
    decides: ["link", "route"],
    asked: { threads: 10, order: 6 },
  },
  title: text("too big for the next link, and DF is set", "报文超过下一段链路的 MTU，又设置了 DF"),
  headline: ({ size, mtu, outInterface }) => {
    if (size === undefined || mtu === undefined)
      return text("too big for the next link, and DF is set", "报文超过下一段链路的 MTU，又设置了 DF");
    return text(
      `too big for the next link, and DF is set: ${size} bytes, MTU ${mtu}${outInterface === undefined ? "" : ` on ${outInterface}`}`,
      `报文超过下一段链路的 MTU，又设置了 DF：${size} 字节，${outInterface === undefined ? "" : `${outInterface} 的 `}MTU 是 ${mtu}`,
    );
  },
  summary: ({ router, size, mtu, outInterface, source, target }) => {
    const behind =
      router !== undefined && router === target
        ? text(
            ` The packet was for ${router} itself, which hands it on to a host behind it (DNAT, or the way back of a masquerade).`,
            `报文的目的地址就是 ${router} 自己，再由它转发给后面的主机（DNAT，或 masquerade 的回程）。`,
          )
        : text("", "");
    return text(
      `${router || "A router on the way"} must send ${size === undefined ? "the packet" : `${size} bytes`} out of ${outInterface ?? "its next interface"}, where ${mtu === undefined ? "that much cannot" : `no more than ${mtu} bytes can`} pass, and the packet says "don't fragment". So it is dropped, and ${source ?? "the sender"} is told which size would fit. Smaller packets pass.${behind.en}`,
      `${router || "途中的路由器"} 要把 ${size === undefined ? "这个报文" : `${size} 字节的报文`} 从 ${outInterface ?? "下一个接口"} 发出，而那里${mtu === undefined ? "容不下" : `最多只能过 ${mtu} 字节`}，报文又声明“不许分片”（DF）。于是它被丢弃，路由器告诉 ${source ?? "发送方"} 多大才能通过。小一些的报文能通过。${behind.zh}`,
    );
  },
  why: () =>
    text(
      "Path MTU discovery (RFC 1191) works just so: the sender sets DF, learns the MTU from the router's error, and keeps it for the route for ten minutes.",
      "路径 MTU 发现（RFC 1191）正是这样工作的：发送方设置 DF，从路由器的差错中得知 MTU，并为这条路由缓存十分钟。",
    ),
  fixes: ({ mtu, target, outInterface }, netns) => {
    const fitting = mtu === undefined ? Number.NaN : Number(mtu) - 28;
    return [
      {
        edits: [
          {
            kind: "question",
            target: target ?? "TARGET",
            discovery: "do",
            payload: Number.isInteger(fitting) && fitting > 0 ? fitting : 1372,
          },
        ],
        effect: text(
          "on the asker: fits the MTU (28 bytes are the IP and ICMP headers); without -M do the router may fragment",
          "在请求方执行：大小正好（IP 和 ICMP 头占 28 字节）；不加 -M do 时路由器可以分片",
        ),
      },
      {
        edits: [{ kind: "link", netns, device: outInterface ?? "IF", mtu: 1500 }],
        effect: text(
          "on the router, only if the link really carries that much: both ends must agree",
          "在路由器上执行，前提是链路真的能传这么大：两端必须一致",
        ),
      },
    ];
  },
  settle: ({ target }) => [
    {
      command: `tracepath -n ${target ?? "TARGET"}`,
      because: text("shows the MTU of the path hop by hop", "逐跳显示路径的 MTU"),
    },
  ],
  faults: ({ netns, role, outInterface }) =>
    role === "router" && outInterface !== null ? [[{ kind: "link", netns, device: outInterface, mtu: 1400 }]] : [],
  lookalikes: ["pmtu-blackhole", "local-mtu-df", "pmtu-cached", "peer-mtu-smaller", "forward-fragments"],
  search: [
    "Frag needed and DF set",
    "message too long mtu",
    "path MTU discovery",
    "ping -M do",
    "MTU VPN tunnel large packets",
    "大包 ping 不通 小包能通",
    "需要分片但设置了 DF",
    "MTU 不一致",
  ],
  page: () => ({
    meaning: text(
      'A link behind a router takes smaller packets than the link in front of it: a tunnel, a VPN, PPPoE, an overlay, or an MTU set by hand. Packets with DF that are larger are refused with an error that carries the right size. The first ping prints "Frag needed and DF set (mtu = N)", later ones "message too long", because the sender has learned.',
      "路由器后面的链路比前面的链路容量小：隧道、VPN、PPPoE、overlay，或者手工改过 MTU。带 DF 的大包会被拒绝，差错里带着合适的大小。第一个 ping 打印“Frag needed and DF set (mtu = N)”，之后打印“message too long”，因为发送方已经学到了。",
    ),
    evidence: text(
      "Packets: the large request at the router, nothing on its far side, an ICMP type 3 code 4 with the MTU back. State: MTU of the router's outgoing link, or `mtu` at the route. Counters: IpFragFails, IcmpOutDestUnreachs, and IpForwDatagrams too, although nothing left; drop reason PKT_TOO_BIG at ip_forward.",
      "报文：路由器上有大的请求，另一侧什么也没有，随后返回带 MTU 的 ICMP 类型 3 代码 4。状态：路由器出接口的 MTU，或路由上的 `mtu`。计数器：IpFragFails、IcmpOutDestUnreachs，还有 IpForwDatagrams（尽管什么也没发出）；丢包原因 ip_forward 处的 PKT_TOO_BIG。",
    ),
    tellApart: text(
      "pmtu-blackhole: the error is filtered and never arrives. local-mtu-df: the own interface is too small, nothing is sent. peer-mtu-smaller: no error and no IpFragFails, the two ends of one link disagree. forward-fragments: without DF it passes in pieces.",
      "pmtu-blackhole：差错被过滤，到不了发送方。local-mtu-df：自己的接口就太小，什么也没发出。peer-mtu-smaller：没有差错，也没有 IpFragFails，是同一链路两端的 MTU 不一致。forward-fragments：没有 DF，分片后通过。",
    ),
    kernel: "ip_forward: ip_exceeds_mtu → IPSTATS_MIB_FRAGFAILS, icmp_send(ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu)",
  }),
  scenario: "frag-needed-df",
  negativeTwin: "router-ok",
  // A target says so where it only translates: what comes for its address goes on to somebody behind it.
  check: (view) => verdictOfError(view, [[3, 4]], "likely") ?? verdictOfError(view, [[3, 4]], "likely", null, true),
});
