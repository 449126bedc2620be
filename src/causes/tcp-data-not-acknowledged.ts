// The connection stands, and then data of one side is sent again and again without being acknowledged.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import { addressOfService, connectionFacts, firstEnd, lastPlace, sightOfStall } from "../model/connection-facts.ts";
import type { Facts } from "../model/finding.ts";
import { type Text, text } from "../model/text.ts";
import { byWords } from "../model/told-connection.ts";

/** One direction of a connection that stands gets lost. */
export const cause = defineCause({
  code: "tcp-data-not-acknowledged",
  severity: "problem",
  marks: { drop: "any", counters: [], decides: [] },

  title: text("connected, then silent", "连接后没有回音"),
  headline: (facts) => {
    const at = addressOfService(facts);
    if (facts.basis === "told")
      return text(`connected, then silent: no answer from ${at.en}`, `连接后没有回音：${at.zh} 没有应答`);
    return text(
      `connected, then silent: data to or from ${at.en} is not acknowledged`,
      `连接后没有回音：与 ${at.zh} 之间的数据没有得到确认`,
    );
  },
  summary: (facts) => {
    const at = addressOfService(facts);
    if (facts.basis === "told") return toldSummary(facts);
    if (facts.gap !== undefined) return gapLeft(facts);
    return text(
      `The connection to ${at.en} stands; after that ${facts.asker ?? "one side"} sent the same ${facts.size ?? ""} bytes again${facts.count === undefined ? "" : ` ${facts.count} times`}, and nothing acknowledged them${facts.state === undefined ? "" : ` (last seen at ${facts.state})`}. The segments or their acknowledgements are lost on the way, and not because of their size.`.replace(
        "same  bytes",
        "same bytes",
      ),
      `到 ${at.zh} 的连接已经建立；之后 ${facts.asker ?? "一方"} 把同样的${facts.size === undefined ? "" : ` ${facts.size} 字节`}数据重传了${facts.count === undefined ? "多次" : ` ${facts.count} 次`}，没有任何确认${facts.state === undefined ? "" : `（最后出现在 ${facts.state}）`}。数据段或对它们的确认在途中丢了，而且不是因为大小。`,
    );
  },
  why: () =>
    text(
      "Something lets a handshake pass and not what follows it: a rule that came meanwhile, a connection-tracking entry that is gone, or a host that went away.",
      "有什么放行了握手，却没有放行后面的报文：中途添加的规则、消失的连接跟踪条目，或者对端主机已经离开。",
    ),
  fixes: () => [],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "conntrack -L -p tcp"),
      because: text(
        "on routers in between: is the connection still known there?",
        "在途中的路由器上：那里还认得这个连接吗？",
      ),
    },
  ],
  lookalikes: ["tcp-stall-pmtu", "nft-conntrack-invalid", "nft-forward-drop"],
  search: ["TCP retransmission", "connection hangs", "TCP 重传", "连接卡住"],
  page: () => ({
    meaning: text(
      "A connection that stood and then went silent in one direction, whatever the size of its segments.",
      "连接建立之后，某一个方向没有了回音，与报文段的大小无关。",
    ),
    evidence: text(
      "Packets: the same data sent again at least twice, and no acknowledgement of its end.",
      "报文：同样的数据至少重传两次，它的末尾没有得到确认。",
    ),
    tellApart: text(
      "tcp-stall-pmtu: only full segments are lost. tcp-zero-window: the reader stops the sender.",
      "tcp-stall-pmtu：只有满长的报文段会丢。tcp-zero-window：读取方让发送方停下。",
    ),
    kernel: "tcp_retransmit_timer → tcp_retransmit_skb",
  }),
  scenario: "tcp-data-not-acknowledged",
  negativeTwin: "tcp-answered-ok",
  lastResort: 2,
  check: (view) => {
    const ended = firstEnd(view, "stalled", "tcp");
    if (ended === null) return byWords(view.flow, "tcp", ["EAGAIN"]);
    const { exchange, end } = ended;
    const { netns, interface: name, state } = lastPlace(end.journey);
    return {
      certainty: "likely",
      netns,
      interface: name,
      facts: {
        ...connectionFacts(ended),
        asker: formatIpv4(end.sender === "asker" ? exchange.source : exchange.destination),
        size: String(end.size),
        ...(end.gap === undefined ? { count: String(end.times) } : { gap: String(end.gap) }),
        ...(state === undefined ? {} : { state }),
      },
      evidence: [sightOfStall(end)],
      ruledOut: end.size < ALWAYS_FITS ? [{ code: "tcp-stall-pmtu", because: fits(end.size) }] : [],
    };
  },
});

// RFC 791: every link and every host takes datagrams of 576 bytes, headers included.
const ALWAYS_FITS = 536;

function gapLeft(facts: Facts): Text {
  const at = addressOfService(facts);
  const { gap = "", asker } = facts;
  return text(
    `The connection to ${at.en} stands. Of what ${asker ?? "one side"} sent, ${gap} bytes are missing in front of what arrived, and they had not come when the connection was closed.`,
    `到 ${at.zh} 的连接已经建立。${asker ?? "一方"} 发送的数据里，有 ${gap} 字节在后面的报文段到达之后，直到连接关闭都没有到。`,
  );
}

function fits(size: number): Text {
  return text(
    `segments of ${size} bytes fit every link (RFC 791)`,
    `${size} 字节的报文段在任何链路上都放得下（RFC 791）`,
  );
}

function toldSummary(facts: Facts): Text {
  const at = addressOfService(facts);
  return text(
    `The connection to ${at.en} was made, the program went on waiting, and the rest of the answer never came. No SYN was lost: small packets pass both ways. Either the program does not answer (it hangs, or waits for something itself); or a proxy took the connection for it (docker-proxy, rootlessport, ssh -L) and its own way to the program is blocked; or what follows the handshake is lost, mostly large packets on a path with a smaller MTU (TLS sends its first ones at once).`,
    `到 ${at.zh} 的连接已经建立，请求方的程序继续等待，却始终没有收全应答。丢的不是 SYN：小报文往返都能通过。要么是服务程序没有应答（卡住了，或者它自己也在等待）；要么是代理替它接受了连接（docker-proxy、rootlessport、ssh -L），而代理到服务程序的路径不通；要么是握手之后的报文丢了，多半是途中的 MTU 较小，大报文过不去（TLS 一开始就会发送大报文）。`,
  );
}
