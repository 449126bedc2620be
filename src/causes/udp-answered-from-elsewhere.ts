// A server answers a datagram from another address than the one that was asked: the asker's connected socket does not take it.

import { formatIpv4, type Ipv4 } from "../model/address.ts";
import { defineCause, inNamespace, type PacketView } from "../model/cause.ts";
import { type Ended, endsOf } from "../model/connection.ts";
import { addressOfService, connectionFacts, firstEnd, lastPlace, sightOf } from "../model/connection-facts.ts";
import type { UdpExchange } from "../model/exchange.ts";
import type { Journey } from "../model/journey.ts";
import { text } from "../model/text.ts";

/** An answer over UDP that comes from an address nobody asked. */
export const cause = defineCause({
  code: "udp-answered-from-elsewhere",
  severity: "problem",
  marks: {
    drop: [{ reason: "NO_SOCKET", settles: "kind", sometimes: true }],
    counters: [{ name: "IcmpOutDestUnreachs", of: "namespace", always: false, sometimes: true }],
    decides: [],
  },

  title: text("UDP answered from another address", "UDP 应答来自另一个地址"),
  headline: (facts) => {
    const at = addressOfService(facts);
    return text(
      `UDP answered from another address: ${facts.owner ?? "another address"} answers for ${at.en}`,
      `UDP 应答来自另一个地址：问的是 ${at.zh}，应答的是 ${facts.owner ?? "别的地址"}`,
    );
  },
  summary: (facts) => {
    const at = addressOfService(facts);
    const refused =
      facts.error === undefined
        ? text("", "")
        : text(
            " The asker's host turned the answer away with ICMP port unreachable.",
            "请求方主机用 ICMP 端口不可达拒收了这个应答。",
          );
    return text(
      `${facts.source ?? "The asker"} asked ${at.en}, and the answer came from ${facts.owner ?? "another address"}. A socket that is connected to ${facts.target ?? "one address"} takes nothing from another one, and a resolver takes such an answer for a forgery.${refused.en}`,
      `${facts.source ?? "请求方"} 问的是 ${at.zh}，应答却来自 ${facts.owner ?? "另一个地址"}。已经 connect 到 ${facts.target ?? "某个地址"} 的套接字不接收其他地址的数据报，解析器会把这样的应答当作伪造。${refused.zh}`,
    );
  },
  why: () =>
    text(
      "A server that listens on 0.0.0.0 and has several addresses lets routing choose the source of its answer, unless its program names the address that was asked (IP_PKTINFO).",
      "监听 0.0.0.0 的服务器如果有多个地址，应答的源地址由路由选择，除非程序用 IP_PKTINFO 指明被询问的地址。",
    ),
  fixes: (facts) => [
    {
      advice: `ask ${facts.owner ?? "the address that answers"}, or let the server listen on ${facts.target ?? "the address that is asked"}`,
      effect: text(
        `a socket bound to ${facts.target ?? "the address that is asked"} answers from it; a NAT rule that changes the answer alone must go`,
        `绑定在 ${facts.target ?? "被询问的地址"} 上的套接字会用该地址应答；如果是 NAT 规则只改写了应答，则应去掉该规则`,
      ),
    },
  ],
  settle: (facts, netns) => [
    {
      command: inNamespace(netns, `ss -Hlunp${facts.service === undefined ? "" : ` sport = :${facts.service}`}`),
      because: text(
        "on the server: a socket on 0.0.0.0 answers from the address that routing chooses",
        "在服务器上：绑定在 0.0.0.0 的套接字用路由选择的地址应答",
      ),
    },
  ],
  lookalikes: ["answer-without-socket"],
  search: [
    "reply from unexpected source",
    "UDP reply from wrong source address",
    "multi-homed UDP server",
    "IP_PKTINFO",
    "应答来自意外的地址",
    "UDP 源地址不对",
  ],
  page: () => ({
    meaning: text(
      "The question arrived and was answered, but from another address of the server, or from one that a translation put there. dig prints “reply from unexpected source”; most programs wait until they give up.",
      "询问到了，也有应答，但应答来自服务器的另一个地址，或被地址转换改过的地址。dig 会打印“reply from unexpected source”；多数程序只会等到超时。",
    ),
    evidence: text(
      "Packets: a datagram from the asked port of another address to the asker's port, after the question; often the asker's port unreachable for it, which IcmpOutDestUnreachs counts. Drop reason: NO_SOCKET.",
      "报文：询问之后，从另一个地址的同一端口发到请求方端口的数据报；常常还有请求方对它回的端口不可达，IcmpOutDestUnreachs 会增长。丢包原因：NO_SOCKET。",
    ),
    tellApart: text(
      "udp-no-answer: nothing at all comes back. nat-hairpin: a rule sent the question on to the one that answers.",
      "udp-no-answer：什么都没有回来。nat-hairpin：有规则把询问转给了应答的那台主机。",
    ),
    kernel:
      "udp_sendmsg: ip_route_output_flow chooses the source; __udp4_lib_lookup: compute_score of a connected socket",
  }),
  scenario: "udp-answered-from-elsewhere",
  negativeTwin: "udp-ok",
  check: (view) => {
    const ended = firstEnd(view, "silent", "udp");
    if (ended === null || ended.exchange.kind !== "udp") return null;
    const { exchange } = ended;
    const stranger = answerFromElsewhere(view, exchange);
    if (stranger === null) return null;
    const [answer] = stranger.answers;
    const { netns, interface: name } = lastPlace(answer);
    const refused = stranger.errors.length > 0;
    return {
      certainty: refused ? "certain" : "likely",
      netns,
      interface: name,
      facts: {
        ...connectionFacts(ended as Ended),
        owner: formatIpv4(stranger.source),
        ...(refused ? { error: "1" } : {}),
      },
      evidence: [
        sightOf(text("the question", "询问"), exchange.questions),
        sightOf(text("the answer, from another address", "来自另一个地址的应答"), stranger.answers),
        ...(refused ? [sightOf(text("the asker's refusal of it", "请求方的拒收"), stranger.errors)] : []),
      ],
      ruledOut: [],
      ...(refused ? { stateless: true as const } : {}),
    };
  },
});

/** What came back from an address that was not asked, and what the asker made of it. */
interface Stranger {
  readonly source: Ipv4;
  readonly answers: readonly Journey[];
  readonly errors: readonly Journey[];
}

// It looks like a question of its own, or, from a port of a service, like the answer to one that nobody saw.
function answerFromElsewhere({ flow, flows }: PacketView, asked: UdpExchange): Stranger | null {
  const since = asked.questions[0]?.id ?? 0;
  for (const other of flows) {
    if (other.kind !== "udp" || other === flow) continue;
    for (const { exchange } of endsOf(other)) {
      const stranger = exchange.kind === "udp" ? strangerIn(exchange, asked) : null;
      const [first] = stranger?.answers ?? [];
      if (stranger !== null && first !== undefined && first.id >= since) return stranger;
    }
  }
  return null;
}

function strangerIn(exchange: UdpExchange, asked: UdpExchange): Stranger | null {
  const { source, destination, sourcePort, destinationPort, questions, answers, errors } = exchange;
  const isBack =
    source !== asked.destination &&
    sourcePort === asked.destinationPort &&
    destination === asked.source &&
    destinationPort === asked.sourcePort;
  if (isBack) return { source, answers: questions, errors };
  const isUnasked =
    questions.length === 0 &&
    destination !== asked.destination &&
    destinationPort === asked.destinationPort &&
    source === asked.source &&
    sourcePort === asked.sourcePort;
  return isUnasked ? { source: destination, answers, errors } : null;
}
