// The two ends of a link have different MTUs: frames larger than the receiving end's are dropped in the driver.

import { defineCause, inNamespace, type PacketView } from "../model/cause.ts";
import { verdictOfRefusal } from "../model/printed-verdict.ts";
import { text } from "../model/text.ts";

/** Large packets die between the two ends of a veth pair. */
export const cause = defineCause({
  code: "peer-mtu-smaller",
  severity: "problem",
  marks: {
    drop: [{ reason: "NOT_SPECIFIED", at: ["__dev_forward_skb2", "__dev_forward_skb", "veth_xmit"], settles: "kind" }],
    counters: [
      { name: "tx_dropped", of: "interface", at: "asker", always: false },
      { name: "rx_dropped", of: "interface", always: false },
      { name: "IpOutDiscards", of: "namespace", at: "asker", always: false },
    ],
    decides: ["link"],
    asked: { threads: 10, order: 5 },
  },
  title: text("the other end of the link has a smaller MTU", "链路对端的 MTU 更小"),
  headline: ({ inInterface, mtu, size }) => {
    const detail = text(
      [
        inInterface === undefined ? undefined : inInterface,
        mtu === undefined ? undefined : `MTU ${mtu}`,
        size === undefined ? undefined : `packet ${size} bytes`,
      ]
        .filter((part) => part !== undefined)
        .join(", "),
      [
        inInterface === undefined ? undefined : inInterface,
        mtu === undefined ? undefined : `MTU 为 ${mtu}`,
        size === undefined ? undefined : `报文 ${size} 字节`,
      ]
        .filter((part) => part !== undefined)
        .join("，"),
    );
    return text(
      `the other end of the link has a smaller MTU${detail.en === "" ? "" : ` (${detail.en})`}`,
      `链路对端的 MTU 更小${detail.zh === "" ? "" : `（${detail.zh}）`}`,
    );
  },
  summary: ({ outInterface, inInterface, mtu, size, error, basis }) =>
    basis === "ping"
      ? text(
          `The echo request${size === undefined ? "" : ` of ${size} bytes`} was given to ${outInterface ?? "the interface"} and not taken${error === undefined ? "" : ` ("${error}")`}. A veth pair whose other end has a smaller MTU does this to large packets; a full queue or an egress rule does it to any. Try a small one.`,
          `${size === undefined ? "" : `${size} 字节的 `}echo 请求交给了 ${outInterface ?? "接口"}，但没有被收下${error === undefined ? "" : `（“${error}”）`}。veth 对端的 MTU 更小时，大报文会这样；队列已满或 egress 规则则对任何报文都这样。先试一个小的。`,
        )
      : text(
          `${outInterface ?? "One end"} sends ${size === undefined ? "a large packet" : `a packet of ${size} bytes`}, but the other end, ${inInterface ?? "its peer"}, takes ${mtu === undefined ? "less" : `no more than ${mtu}`}. The pair drops it between the two capture points: it is seen leaving and never arriving, and no ICMP error is made. Small pings work.`,
          `${outInterface ?? "一端"} 发出${size === undefined ? "一个大报文" : ` ${size} 字节的报文`}，但对端 ${inInterface ?? "接口"} 的 MTU ${mtu === undefined ? "更小" : `只有 ${mtu}`}。这对接口在两个抓包点之间把它丢弃：看得到发出，看不到到达，也没有 ICMP 差错。小的 ping 是通的。`,
        ),
  why: () =>
    text(
      "The sender checks only its own MTU; a veth driver then checks the frame against the peer's and drops it, since a link has nobody to send an error.",
      "发送方只检查自己的 MTU；veth 驱动再按对端的 MTU 检查，超过就丢弃，链路层没有谁会发差错。",
    ),
  fixes: ({ inInterface, outInterface, mtu, size }, netns) => {
    const wanted = size === undefined || !(Number(size) > 1500) ? "1500" : size;
    return [
      {
        edits: [{ kind: "link", netns, device: inInterface ?? "PEER", mtu: Number(wanted) }],
        effect: text("makes the receiving end take as much as the other end sends", "让接收端与发送端一样大"),
      },
      {
        edits: [{ kind: "link", netns: null, device: outInterface ?? "IF", mtu: Number(mtu ?? "1400") }],
        effect: text(
          "or, in the sending end's namespace: makes the sending end as small, so that it fragments or reports the size",
          "或者在发送端的命名空间里执行：把发送端改小，让它自己分片或报告大小",
        ),
      },
    ];
  },
  settle: ({ inInterface, outInterface, target }, netns) => [
    {
      command: inNamespace(netns, `ip -s link show ${inInterface ?? "PEER"}`),
      because: text(
        `its MTU against that of ${outInterface ?? "the other end"}; RX dropped moves with each large packet`,
        `与 ${outInterface ?? "另一端"} 的 MTU 比较；每个大报文都使 RX dropped 增长`,
      ),
    },
    {
      command: `ping -c 1 -s 100 ${target ?? "TARGET"}`,
      because: text("works where only the size matters", "如果只与大小有关，小报文能通"),
    },
  ],
  faults: ({ netns, role, inInterface }) =>
    role === "target" && inInterface !== null ? [[{ kind: "link", netns, device: inInterface, mtu: 1400 }]] : [],
  lookalikes: ["echo-no-reply", "xdp-drop", "pmtu-blackhole", "frag-needed-df", "arp-no-answer"],
  search: [
    "small ping works large ping fails",
    "veth mtu mismatch",
    "No buffer space available ping",
    "__dev_forward_skb2",
    "MTU 不一致",
    "小包能通大包不通",
    "veth 两端 MTU 不同",
  ],
  page: () => ({
    meaning: text(
      'Both ends of one link must agree on the MTU. Here the receiving end was set smaller, often by a container runtime or an overlay. Whatever is larger vanishes in the driver. If the asker\'s own kernel sends it, ping may say "No buffer space available"; replies and forwarded packets are lost silently.',
      "同一链路两端的 MTU 必须一致。这里接收端被设小了，常见于容器运行时或 overlay。更大的帧在驱动里就消失。如果是请求方自己的内核发送，ping 可能提示“No buffer space available”；应答和转发的报文则静默丢失。",
    ),
    evidence: text(
      "Packets: the large packet at the sending end, not at the receiving end; small ones at both. State: the MTUs of both ends. Counters: tx_dropped of the sending and rx_dropped of the receiving interface, IpOutDiscards; drop reason NOT_SPECIFIED at __dev_forward_skb2.",
      "报文：大报文在发送端看得到，接收端看不到；小报文两端都有。状态：两端的 MTU。计数器：发送接口的 tx_dropped、接收接口的 rx_dropped、IpOutDiscards；丢包原因 __dev_forward_skb2 处的 NOT_SPECIFIED。",
    ),
    tellApart: text(
      "xdp-drop: also seen at one end only, but regardless of the size. frag-needed-df and pmtu-blackhole: a router refuses the packet, IpFragFails moves there. peer-down: nothing is seen even at the sending end.",
      "xdp-drop：同样只在一端看到，但与大小无关。frag-needed-df、pmtu-blackhole：是路由器拒绝，那里的 IpFragFails 增长。peer-down：连发送端也看不到。",
    ),
    kernel:
      "veth_xmit → veth_forward_skb → __dev_forward_skb2: !is_skb_forwardable(dev, skb) (mtu + hard_header_len + VLAN_HLEN)",
  }),
  scenario: "peer-mtu-smaller",
  negativeTwin: "local-mtu-df",
  check: (view) =>
    (view.flow.printed?.length ?? 0) > 576
      ? verdictOfRefusal(view, [["sendmsg", "ENOBUFS"]], "possible", sizeOf(view))
      : null,
});

function sizeOf({ flow }: PacketView): { size?: string } {
  const length = flow.printed?.length ?? null;
  return length === null ? {} : { size: String(length) };
}
