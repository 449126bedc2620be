// The host at the other end has no tunnel that takes the packet.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Two ends that do not fit together. */
export const cause = defineCause({
  code: "tunnel-no-match",
  severity: "problem",
  marks: {
    drop: [{ reason: "VXLAN_VNI_NOT_FOUND", settles: "cause", sometimes: true }],
    counters: [{ name: "IcmpOutDestUnreachs", of: "namespace", at: "end", always: false, sometimes: true }],
    decides: ["link"],
    waits: "neighbour",
  },
  title: text("no tunnel at the other end takes the packet", "对端没有接收该报文的隧道"),
  headline: ({ outInterface }) =>
    text(
      `no tunnel at the other end takes the packet${outInterface === undefined ? "" : ` (${outInterface})`}`,
      `对端没有接收该报文的隧道${outInterface === undefined ? "" : `（${outInterface}）`}`,
    ),
  summary: ({ target, outInterface, owner, state: kind, id, peerInterface }) =>
    text(
      `${outInterface ?? "The tunnel"} sends the packet for ${target ?? "the target"} on inside its own${id === undefined ? "" : ` (number ${id})`}, and that reaches ${owner || "the host at the other end"}. There is no ${kind ?? ""} tunnel for it there: ${peerInterface === undefined ? "none is set up or up" : `${peerInterface} has another number, or other addresses, or is down`}.`.replace(
        "  ",
        " ",
      ),
      `${outInterface ?? "隧道"} 把发给 ${target ?? "目标"} 的报文装进外层报文发出${id === undefined ? "" : `（编号 ${id}）`}，外层报文到达了${owner ? ` ${owner}` : "对端主机"}。但那里没有接收它的${kind === undefined ? "" : ` ${kind} `}隧道：${peerInterface === undefined ? "没有建立，或没有启用" : `${peerInterface} 的编号或地址不同，或没有启用`}。`,
    ),
  why: () =>
    text(
      "A tunnel takes only what carries its number (VNI, key) and comes from its remote to its local address.",
      "隧道只接收带有自己编号（VNI、key）、并且从自己的 remote 发往 local 的报文。",
    ),
  fixes: ({ outInterface, peerInterface, owner }) => [
    {
      advice: inNamespace(owner ?? null, `ip -d link show ${peerInterface ?? ""}`.trimEnd()),
      effect: text(
        `shows what is set up there: number, remote and local must mirror those of ${outInterface ?? "this end"}`,
        `查看那里的设置：编号、remote 和 local 必须与${outInterface === undefined ? "本端" : ` ${outInterface} `}互相对应`,
      ),
    },
  ],
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `ip -d link show ${outInterface ?? "TUNNEL"}`),
      because: text(
        "its number, remote and local are to be compared with those of the other end",
        "把它的编号、remote、local 与对端逐项比较",
      ),
    },
  ],
  lookalikes: ["arp-no-answer", "arp-no-local-owner", "vxlan-no-remote", "nft-input-drop", "echo-no-reply"],
  search: [
    "vxlan vni mismatch",
    "gre key mismatch",
    "ipip tunnel protocol unreachable",
    "tunnel not working one way",
    "vxlan VNI 不一致",
    "gre 隧道 key 不一致",
    "隧道不通",
  ],
  page: () => ({
    meaning: text(
      "A tunnel has two ends that are set up one by one. Where number, kind, port or addresses differ, or the other end is not there, the outer packets arrive and nobody unpacks them.",
      "隧道的两端是分别设置的。如果编号、类型、端口或地址不一致，或对端根本没有建立，外层报文能到达，却没有人拆开它。",
    ),
    evidence: text(
      "Packets: the inner packet at this end of the tunnel, not at the other; the outer one at both ends of the underlay. A GRE or IPIP host without a fitting tunnel answers with an ICMP error to the tunnel's own address (IcmpOutDestUnreachs). State: `ip -d link` of both ends. Drop reason on newer kernels VXLAN_VNI_NOT_FOUND at vxlan_rcv.",
      "报文：内层报文在隧道的这一端能看到，在另一端没有；外层报文在底层网络的两端都能看到。没有匹配隧道的主机收到 GRE 或 IPIP 时，会向隧道自己的地址回 ICMP 差错（IcmpOutDestUnreachs）。状态：两端的 `ip -d link`。较新的内核有丢包原因：vxlan_rcv 处的 VXLAN_VNI_NOT_FOUND。",
    ),
    tellApart: text(
      "vxlan-no-remote: no outer packet is sent. A firewall in the underlay drops the outer packet: it is not at the far host.",
      "vxlan-no-remote：根本没有发出外层报文。底层网络的防火墙丢弃外层报文：对端主机上看不到它。",
    ),
    kernel: "vxlan_rcv → vxlan_vs_find_vni; gre_rcv, tunnel4_rcv → icmp_send(ICMP_PORT_UNREACH)",
  }),
  scenario: "tunnel-no-match",
  negativeTwin: "vxlan-ok",
});
