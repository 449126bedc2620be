// The handshake passes and large segments do not: they are sent again and again, and nobody acknowledges them.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import {
  addressOfService,
  connectionFacts,
  firstEnd,
  lastPlace,
  sightOf,
  sightOfStall,
} from "../model/connection-facts.ts";
import type { Facts } from "../model/finding.ts";
import type { Packet } from "../model/packet.ts";
import { type Text, text } from "../model/text.ts";

/** A path MTU black hole for TCP. */
export const cause = defineCause({
  code: "tcp-stall-pmtu",
  severity: "problem",
  marks: {
    drop: [
      { reason: "PKT_TOO_BIG", settles: "kind", sometimes: true },
      { reason: "NETFILTER_DROP", settles: "kind", sometimes: true },
    ],
    counters: [
      { name: "IpFragFails", of: "namespace", always: false, sometimes: true },
      { name: "IcmpOutDestUnreachs", of: "namespace", always: false, sometimes: true },
      { name: "IpOutDiscards", of: "namespace", always: false, sometimes: true },
    ],
    decides: [],
  },

  title: text("connected, then stalled: large segments do not pass", "连接后卡住：大的报文段过不去"),
  headline: (facts) => {
    if (facts.router !== undefined && facts.mtu !== undefined) return narrowHeadline(facts);
    const at = addressOfService(facts);
    const size =
      facts.size === undefined
        ? text("large segments", "大的报文段")
        : text(`segments of ${facts.size} bytes`, `${facts.size} 字节的报文段`);
    return text(
      `connected, then stalled: large segments do not pass (${size.en}, ${at.en})`,
      `连接后卡住：大的报文段过不去（${size.zh}，${at.zh}）`,
    );
  },
  summary: (facts) => {
    const at = addressOfService(facts);
    const sender = facts.asker ?? "one side";
    if (facts.router !== undefined && facts.mtu !== undefined) return narrowPlace(facts);
    if (facts.gap !== undefined) return gapLeft(facts);
    const told =
      facts.mtu === undefined
        ? text("", "")
        : text(` An ICMP error names the MTU: ${facts.mtu}.`, `有 ICMP 差错给出了 MTU：${facts.mtu}。`);
    return text(
      `The connection to ${at.en} stands, small segments pass, and data of ${facts.size ?? "full"} bytes from ${sender} was sent ${facts.count ?? "again and again"}${facts.count === undefined ? "" : " times more"} without being acknowledged${facts.state === undefined ? "" : `; it was last seen at ${facts.state}`}. Behind that place something takes smaller packets only, and its error does not come back or is not heeded.${told.en}`,
      `到 ${at.zh} 的连接已经建立，小的报文段能通过，而 ${facts.asker ?? "一方"} 的 ${facts.size ?? "满长"} 字节数据重传了${facts.count === undefined ? "多次" : ` ${facts.count} 次`}也没有得到确认${facts.state === undefined ? "" : `；它最后出现在 ${facts.state}`}。在那之后有一段只能通过更小的报文，而相应的差错没有回来，或者没有被理会。${told.zh}`,
    );
  },
  why: () =>
    text(
      "TCP sends full segments with DF; a smaller link answers with fragmentation needed, and where that is filtered the sender never learns.",
      "TCP 发满长的报文段并置 DF；更小的链路会回“需要分片”，如果这个差错被过滤，发送方就永远不知道。",
    ),
  fixes: ({ router, outInterface }) =>
    router === undefined || outInterface === undefined
      ? []
      : [
          {
            command: inNamespace(router, CLAMP),
            effect: text(
              "new connections through it agree on segments that fit (an nft or iptables chain of its own in the table mangle)",
              "经过它的新连接会协商出放得下的报文段大小（规则加在 mangle 表里）",
            ),
          },
        ],
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `tracepath -n ${target ?? "TARGET"}`),
      because: text("on the side that sends: where the path MTU falls", "在发送方执行：路径 MTU 在哪里变小"),
    },
    {
      command: inNamespace(netns, "sysctl net.ipv4.tcp_mtu_probing"),
      because: text("there: 1 finds such a path by itself, 0 does not", "同样在那里：1 能自己发现这种路径，0 不能"),
    },
  ],
  lookalikes: ["pmtu-blackhole"],
  search: [
    "TCP hangs after connect",
    "MTU black hole",
    "MSS clamping",
    "TLS handshake hangs",
    "large packets lost",
    "连接后卡住",
    "大包不通",
    "MSS",
    "路径 MTU 黑洞",
  ],
  page: () => ({
    meaning: text(
      "Small requests work and large ones hang: the SYN, its answer and short segments pass, full segments never arrive. Tunnels and VPNs make such paths, and a filter of all ICMP keeps the sender from learning it.",
      "小请求正常、大请求卡住：SYN、应答和短的报文段能通过，满长的报文段永远到不了。隧道和 VPN 会形成这样的路径，而把 ICMP 全部过滤会让发送方无从得知。",
    ),
    evidence: text(
      "Packets: the same large segment sent again at least twice, with growing pauses, and no acknowledgement of its end; an ICMP error type 3 code 4, if it is seen, names the MTU. Segments lost by chance are acknowledged after their first retransmission. Drop reasons at the router: PKT_TOO_BIG (IpFragFails, IcmpOutDestUnreachs), and NETFILTER_DROP for an error that is filtered (IpOutDiscards).",
      "报文：同一个大的报文段至少重传两次，间隔越来越长，它的末尾始终没有得到确认；如果看到类型 3 代码 4 的 ICMP 差错，里面有 MTU。偶然丢失的报文段，重传一次就会得到确认。路由器上的丢包原因：PKT_TOO_BIG（IpFragFails、IcmpOutDestUnreachs）；差错被过滤时还有 NETFILTER_DROP（IpOutDiscards）。",
    ),
    tellApart: text(
      "tcp-zero-window: the reader itself stops the sender. tcp-reset: one side ends it.",
      "tcp-zero-window：是读取方自己让发送方停下。tcp-reset：某一方结束了连接。",
    ),
    kernel: "tcp_retransmit_skb; ip_forward → icmp_send(ICMP_FRAG_NEEDED); tcp_v4_mtu_reduced; tcp_mtu_probing",
  }),
  scenario: "tcp-stall-pmtu",
  negativeTwin: "tcp-routed-ok",
  check: (view) => {
    const ended = firstEnd(view, "stalled", "tcp");
    if (ended === null || ended.end.size < LARGE) return null;
    const { exchange, end } = ended;
    const { netns, interface: name, state } = lastPlace(end.journey);
    const sender = end.sender === "asker" ? exchange.source : exchange.destination;
    const told = exchange.errors.flatMap(({ sightings }) => mtuOf(sightings[0]) ?? [])[0];
    return {
      certainty: "likely",
      netns,
      interface: name,
      facts: {
        ...connectionFacts(ended),
        asker: formatIpv4(sender),
        size: String(end.size),
        ...(end.gap === undefined ? { count: String(end.times) } : { gap: String(end.gap) }),
        ...(state === undefined ? {} : { state }),
        ...(told === undefined ? {} : { mtu: String(told) }),
      },
      evidence: [
        sightOfStall(end),
        ...(exchange.errors.length === 0
          ? []
          : [sightOf(text("an ICMP error about it", "关于它的 ICMP 差错"), exchange.errors)]),
      ],
      ruledOut: [],
    };
  },
});

const CLAMP = "iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu";

// Where it narrows, and what becomes of the error: without the second nobody could repeat the cause.
function narrowHeadline({ router, outInterface, mtu, error }: Facts): Text {
  const where = outInterface === undefined ? text("", "") : text(` on ${outInterface}`, ` 的 ${outInterface}`);
  const told =
    error === "filtered" ? text(", its error is dropped by a firewall", "，相应的差错被防火墙丢弃") : text("", "");
  return text(
    `connected, then stalled: large segments do not pass (${router}: MTU ${mtu}${where.en}${told.en})`,
    `连接后卡住：大的报文段过不去（${router}${where.zh} MTU 为 ${mtu}${told.zh}）`,
  );
}

function gapLeft(facts: Facts): Text {
  const at = addressOfService(facts);
  const { gap = "", asker = "one side" } = facts;
  return text(
    `The connection to ${at.en} stands and small segments pass. Of what ${asker} sent, ${gap} bytes are missing in front of a short segment that arrived, and they had not come when the connection was closed: on the way something takes smaller packets only, and its error does not come back or is not heeded.`,
    `到 ${at.zh} 的连接已经建立，小的报文段能通过。${facts.asker ?? "一方"} 发送的数据里，一个短报文段到了，它前面的 ${gap} 字节却直到连接关闭都没有到：途中有一段只能通过更小的报文，而相应的差错没有回来，或者没有被理会。`,
  );
}

function narrowPlace(facts: Facts): Text {
  const at = addressOfService(facts);
  const { asker = "one side", size = "full", router, outInterface, mtu, error } = facts;
  const told =
    error === "filtered"
      ? text(
          "A firewall drops the error that would tell the sender the right size, so it never learns.",
          "本应告知合适大小的差错被防火墙丢弃，发送方因此无从得知。",
        )
      : text(
          "The sender does not get, or does not heed, the error about it.",
          "发送方没有收到，或者没有理会相应的差错。",
        );
  return text(
    `${router} cannot send ${size} bytes from ${asker} out of ${outInterface ?? "its next interface"} (MTU ${mtu}), and DF forbids fragments. ${told.en} The connection to ${at.en} stands, and small segments pass.`,
    `${router} 无法把 ${facts.asker ?? "一方"} 的 ${size} 字节报文段从 ${outInterface ?? "下一个接口"}（MTU ${mtu}）发出，而 DF 禁止分片。${told.zh}到 ${at.zh} 的连接已经建立，小的报文段能通过。`,
  );
}

// Below the smallest MTU that every host takes (RFC 791: 576), size is hardly the reason.
const LARGE = 536;

function mtuOf(packet: Packet | undefined): number | null {
  const body = packet?.network.kind === "icmp" ? packet.network.icmp?.body : null;
  return body?.kind === "error" ? body.mtu : null;
}
