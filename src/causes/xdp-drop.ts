// An XDP program on the receiving interface drops the frame before any capture point.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** XDP sees frames first. */
export const cause = defineCause({
  code: "xdp-drop",
  severity: "problem",
  marks: {
    drop: [
      { reason: "XDP", at: ["do_xdp_generic", "veth_xdp_rcv_skb"], settles: "kind" },
      { reason: "NOT_SPECIFIED", at: ["do_xdp_generic", "veth_xdp_rcv_skb"], settles: "kind" },
    ],
    counters: [],
    decides: ["link"],
    asked: { threads: 9, order: 2, told: true },
    waits: "neighbour",
  },
  title: text("dropped by an XDP program", "被 XDP 程序丢弃"),
  headline: ({ inInterface }) =>
    text(
      `dropped by an XDP program${inInterface === undefined ? "" : ` on ${inInterface}`}`,
      `被 XDP 程序丢弃${inInterface === undefined ? "" : `（${inInterface}）`}`,
    ),
  summary: ({ source, target, outInterface, inInterface }) =>
    text(
      `What ${source ?? "the sender"} sends to ${target ?? "the target"} leaves ${outInterface ?? "the sending interface"} and is not seen at ${inInterface ?? "the other end"}. An XDP program is attached there; it gets each frame before tcpdump does and may drop it, ARP included.`,
      `${source ?? "发送方"} 发给 ${target ?? "目标"} 的帧从 ${outInterface ?? "发送接口"} 发出，却没有出现在 ${inInterface ?? "另一端"}。那里挂了 XDP 程序，它比 tcpdump 更早拿到每个帧，可以把它丢弃，包括 ARP。`,
    ),
  why: () =>
    text(
      "XDP runs in the driver, or just behind it, in front of the packet taps; what its program decides no state shows.",
      "XDP 在驱动里（或紧跟其后）运行，在抓包点之前；程序怎么决定，状态里看不出来。",
    ),
  fixes: ({ inInterface }, netns) => [
    {
      edits: [{ kind: "link", netns, device: inInterface ?? "IF", xdp: "off" }],
      effect: text(
        "detaches the program (xdpgeneric off for the generic mode); whoever loaded it may do so again",
        "卸下程序（generic 模式用 xdpgeneric off）；加载它的软件可能会再次加载",
      ),
    },
  ],
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(netns, `ip -d link show ${inInterface ?? "IF"}`),
      because: text(
        "prog/xdp there and frames that never appear in its capture: compare with the program detached",
        "如果有 prog/xdp，而该接口抓不到这些帧，就卸下程序再对比",
      ),
    },
  ],
  faults: ({ netns, inInterface: device }) => (device !== null ? [[{ kind: "xdp-program", netns, device }]] : []),
  lookalikes: ["arp-no-local-owner", "arp-no-answer", "echo-no-reply", "peer-mtu-smaller", "tc-ingress-drop"],
  search: [
    "XDP_DROP",
    "ip link xdp ping fails",
    "packet seen on one end of veth only",
    "XDP 丢包",
    "挂了 XDP 程序后 ping 不通",
    "veth 只有一端能抓到包",
  ],
  page: () => ({
    meaning: text(
      "A BPF program on the receiving interface eats the frames. Load balancers, DDoS protection and tutorials attach such programs; one that forgets to pass ARP makes the host unreachable altogether.",
      "接收接口上的 BPF 程序吃掉了帧。负载均衡、抗 DDoS 软件和教程里的例子都会挂这种程序；忘了放行 ARP 的程序会让主机完全不可达。",
    ),
    evidence: text(
      "Packets: at the sending end of the pair, not at the receiving end. State: prog/xdp or xdpgeneric at the receiving link. Kernel: NOT_SPECIFIED at do_xdp_generic or veth_xdp_rcv_skb; the reason XDP only in some drivers.",
      "报文：发送端有，接收端没有。状态：接收接口上有 prog/xdp 或 xdpgeneric。内核：do_xdp_generic 或 veth_xdp_rcv_skb 处的 NOT_SPECIFIED；只有部分驱动才报告 XDP。",
    ),
    tellApart: text(
      "peer-mtu-smaller: only large packets. tc-ingress-drop and nft-netdev-ingress-drop: the receiving capture still shows the frame. peer-down: nothing even at the sending end.",
      "peer-mtu-smaller：只影响大包。tc-ingress-drop、nft-netdev-ingress-drop：接收端抓包仍能看到。peer-down：连发送端也没有。",
    ),
    kernel: "veth_xdp_rcv_skb (native) or do_xdp_generic: XDP_DROP → kfree_skb NOT_SPECIFIED",
  }),
  scenario: null,
  negativeTwin: null,
});
