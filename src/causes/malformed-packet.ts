// A packet arrives whose own header says more, or other, than it holds: the receiving kernel drops it first of all.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace, type PacketVerdict, type PacketView } from "../model/cause.ts";
import { arrivesMalformed, cameBack } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import { type Text, text } from "../model/text.ts";

/** A length, version or option that cannot be right. */
export const cause = defineCause({
  code: "malformed-packet",
  severity: "problem",
  marks: {
    drop: [
      { reason: "PKT_TOO_SMALL", settles: "cause", sometimes: true },
      { reason: "HDR_TRUNC", settles: "cause", sometimes: true },
      { reason: "IP_INHDR", at: ["ip_rcv_core", "ip_rcv_options"], settles: "cause", sometimes: true },
    ],
    counters: [
      { name: "IpInHdrErrors", of: "namespace", always: false, sometimes: true },
      { name: "IpExtInTruncatedPkts", of: "namespace", always: false, sometimes: true },
    ],
    decides: [],
  },
  title: text("packet arrives with a header that cannot be right", "报文到达时头部有误"),
  headline: ({ inInterface }) =>
    text(
      `packet arrives with a header that cannot be right${inInterface === undefined ? "" : ` (at ${inInterface})`}`,
      `报文到达时头部有误${inInterface === undefined ? "" : `（${inInterface}）`}`,
    ),
  summary: ({ source, target, inInterface, error }) => {
    const what =
      error === undefined
        ? text("its header contradicts what is there", "头部与实际内容矛盾")
        : error === "IP_INHDR"
          ? text(
              "its header has a version, a header length or an option that is not taken",
              "头部的版本、头部长度或选项不被接受",
            )
          : text("its header says that it is longer than it is", "头部声明的长度大于报文的实际长度");
    return text(
      `A packet${source === undefined ? "" : ` from ${source}`}${target === undefined ? "" : ` for ${target}`} comes in at ${inInterface ?? "the receiver"}, and ${what.en}. The kernel drops it before the firewall and routing see it, and answers nothing.`,
      `${source === undefined ? "" : `来自 ${source} 的`}报文${target === undefined ? "" : `（目的 ${target}）`}从 ${inInterface ?? "接收端"} 进来，${what.zh}。内核在防火墙和路由之前就丢弃它，也不作任何应答。`,
    );
  },
  why: () =>
    text(
      "ip_rcv_core checks version, lengths and checksum before anything else, and ip_rcv_options refuses source routes unless accept_source_route allows them.",
      "ip_rcv_core 最先检查版本、长度和校验和；ip_rcv_options 在 accept_source_route 没有放行时拒绝源路由选项。",
    ),
  fixes: ({ inInterface }, netns) => [
    {
      advice: inNamespace(netns, `tcpdump -vv -n -c 4 -i ${inInterface ?? "IF"} icmp`),
      effect: text(
        "shows the header as it arrives; what has to change is whatever builds or rewrites it (a tunnel, a program, a firewall rule that edits packets)",
        "看到达时的头部；要改的是生成或改写它的地方（隧道、程序或修改报文的防火墙规则）",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "nstat -asz IpInHdrErrors IpExtInTruncatedPkts"),
      because: text(
        "one of them moves with each packet that is dropped for its header",
        "每丢一个头部有误的报文，其中之一就会加一",
      ),
    },
  ],
  lookalikes: [],
  search: [
    "PKT_TOO_SMALL",
    "IP_INHDR",
    "IpInHdrErrors",
    "truncated-ip",
    "source route refused",
    "报文头部错误",
    "源路由被拒绝",
  ],
  page: () => ({
    meaning: text(
      "Something writes headers by hand, cuts packets short, or rewrites a length: a raw socket, a tunnel, a rule that edits the payload. Packets with a source route option (`ping -R` is none) are refused here as well, unless the host accepts them.",
      "有程序自己构造头部、截短报文或改写长度：原始套接字、隧道，或修改载荷的规则。带源路由选项的报文（`ping -R` 不是）也在此被拒绝，除非主机允许。",
    ),
    evidence: text(
      "Packets: tcpdump -vv says `truncated-ip` or a bad length. Counters: IpInHdrErrors or IpExtInTruncatedPkts. Drop reasons PKT_TOO_SMALL, HDR_TRUNC, or IP_INHDR at ip_rcv_core or ip_rcv_options.",
      "报文：tcpdump -vv 显示 `truncated-ip` 或长度错误。计数器：IpInHdrErrors 或 IpExtInTruncatedPkts。丢包原因 PKT_TOO_SMALL、HDR_TRUNC，或 ip_rcv_core、ip_rcv_options 处的 IP_INHDR。",
    ),
    tellApart: text(
      "ip-header-bad: only the checksum is wrong. ttl-expired: the same IP_INHDR, but at ip_forward, and an error comes back.",
      "ip-header-bad：只是校验和错。ttl-expired：同样是 IP_INHDR，但位于 ip_forward，而且会返回错误。",
    ),
    kernel: "ip_rcv_core: iph->ihl < 5, version, skb->len < tot_len; ip_rcv_options",
  }),
  scenario: "malformed-packet",
  negativeTwin: "ip-header-bad",
  check: malformedArrival,
});

function malformedArrival({ flow }: PacketView): PacketVerdict | null {
  if (flow.kind !== "ping") return null;
  for (const { first, count } of flow.echoOutcomes) {
    if (first.kind !== "echo" || cameBack(first, flow.netns)) continue;
    const journeys = [...(first.request ? [first.request] : []), ...first.replies];
    const packet = journeys.map(arrivesMalformed).find((one) => one !== null);
    if (packet?.network.kind !== "icmp") continue;
    const { source, destination } = packet.network.ip;
    const { vantage } = packet.frame;
    return {
      certainty: "certain",
      netns: vantage.netns,
      interface: vantage.interface,
      facts: {
        source: formatIpv4(source),
        target: formatIpv4(destination),
        count: String(count),
        ...(vantage.interface === null ? {} : { inInterface: vantage.interface }),
      },
      evidence: [{ basis: "seen", text: said(packet), frames: [packet.frame] }],
      ruledOut: [],
      stateless: true,
    };
  }
  return null;
}

function said({ faults }: Packet): Text {
  const fault = faults.find(({ layer }) => layer === "ipv4");
  return fault?.what === "truncated"
    ? text(
        `its header says ${fault.needed} bytes, and ${fault.had} are there`,
        `头部声明 ${fault.needed} 字节，实际只有 ${fault.had} 字节`,
      )
    : text("its header holds a value that cannot be right", "头部含有不可能的值");
}
