// The host at the other end has no tunnel that takes the packet.

import { defineCause, inNamespace } from "../model/cause.ts";
import type { Facts } from "../model/finding.ts";
import { type Text, text } from "../model/text.ts";

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
  summary: ({ target, outInterface, owner, state: kind, id, peerInterface, ...facts }) => {
    const number = numberOf(kind);
    const theirs = differs({ ...facts, ...(peerInterface === undefined ? {} : { peerInterface }) }, number);
    const carried = id === undefined ? text("", "") : text(` with ${number.en} ${id}`, `（${number.zh} ${id}）`);
    return text(
      `${outInterface ?? "The tunnel"} puts the packet for ${target ?? "the target"} into an outer one${carried.en}, and that reaches ${owner || "the host at the other end"}. No ${kind === undefined ? "" : `${kind} `}tunnel there takes it: ${theirs.en}.`,
      `${outInterface ?? "隧道"} 把发给 ${target ?? "目标"} 的报文装进外层报文${carried.zh}发出，外层报文到达了${owner ? ` ${owner}` : "对端主机"}。但那里没有 ${kind === undefined ? "" : `${kind} `}隧道接收它：${theirs.zh}。`,
    );
  },
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

function numberOf(kind: string | undefined): Text {
  if (kind === "vxlan") return text("VNI", "VNI");
  return kind === "gre" || kind === "gretap" ? text("key", "key") : text("number", "编号");
}

function differs({ peerInterface, lost, value }: Facts, number: Text): Text {
  switch (peerInterface === undefined ? undefined : lost) {
    case "down":
      return text(`${peerInterface} is down`, `${peerInterface} 没有启用`);
    case "number":
      return value === undefined
        ? text(`${peerInterface} has no ${number.en}`, `${peerInterface} 没有设 ${number.zh}`)
        : text(`${peerInterface} has ${number.en} ${value}`, `${peerInterface} 的 ${number.zh} 是 ${value}`);
    case "port":
      return text(`${peerInterface} has another port`, `${peerInterface} 用的是另一个端口`);
    case "addresses":
      return text(
        `${peerInterface} is set to other addresses (remote, local)`,
        `${peerInterface} 的地址（remote、local）不对应`,
      );
    default:
      return text("none is set up or up", "没有建立，或没有启用");
  }
}
