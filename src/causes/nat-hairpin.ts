// DNAT sends a question back to the link it came from, and the server answers past the translator.

import { defineCause, inNamespace } from "../model/cause.ts";
import { asked } from "../model/service.ts";
import { text } from "../model/text.ts";

/** Hairpin without masquerade. */
export const cause = defineCause({
  code: "nat-hairpin",
  severity: "problem",
  marks: {
    drop: [
      { reason: "NO_SOCKET", settles: "kind", sometimes: true },
      { reason: "NOT_SPECIFIED", at: ["tcp_v4_rcv"], settles: "kind", sometimes: true },
    ],
    counters: [],
    decides: ["nft", "iptables"],
  },
  title: text("answer bypasses NAT: hairpin without masquerade", "应答绕过了 NAT：回环（hairpin）访问缺少 masquerade"),
  headline: (facts) => {
    const at = asked(facts);
    return text(
      `answer bypasses NAT: hairpin without masquerade${at === "" ? "" : `: ${at}`}`,
      `应答绕过了 NAT：回环（hairpin）访问缺少 masquerade${at === "" ? "" : `：${at}`}`,
    );
  },
  summary: (facts) =>
    text(
      `${facts.router === undefined ? "The router" : facts.router || "This host"} sends the question for ${asked(facts) || "the published address"} on to ${facts.translated ?? "the server"}, which sees the asker's own address ${facts.source ?? ""} as its source and answers it straight. The answer comes from ${facts.gateway ?? "the server"} instead of the address that was asked, so that no socket of the asker takes it.`.replace(
        "  ",
        " ",
      ),
      `${facts.router === undefined ? "路由器" : facts.router === "" ? "本机" : facts.router} 把发往 ${asked(facts) || "公布地址"} 的问题转给 ${facts.translated ?? "服务器"}，服务器看到的源地址就是请求方自己的地址${facts.source === undefined ? "" : ` ${facts.source}`}，于是直接回给它。应答来自 ${facts.gateway ?? "服务器"}，而不是所问的地址，请求方没有套接字接收它。`,
    ),
  why: () =>
    text(
      "NAT puts the address back only in packets that pass it; where asker and server share a link, the answer does not pass unless the question was given the router's own source (masquerade).",
      "只有经过 NAT 的报文才会被改回地址；请求方与服务器在同一链路时，除非问题的源地址也换成路由器的（masquerade），应答不会经过它。",
    ),
  fixes: (facts) => [
    {
      edits: [
        {
          kind: "nat",
          netns: facts.router ?? null,
          tool: facts.rule?.startsWith("-A ") ? "iptables" : "nft",
          change: "masquerade",
          source: facts.source ?? "SOURCE",
          destination: facts.gateway ?? "TARGET",
        },
      ],
      incomplete: facts.source === undefined || facts.gateway === undefined,
      effect: text(
        "the server answers the router, which puts the address back",
        "服务器把应答发给路由器，由它改回地址",
      ),
    },
  ],
  settle: (facts) => [
    {
      command: inNamespace(facts.router ?? null, "conntrack -L"),
      because: text(
        "the entry of the question stays UNREPLIED: its answer did not come by there",
        "该问题的条目一直是 UNREPLIED：应答没有从那里经过",
      ),
    },
  ],
  lookalikes: ["answer-without-socket", "asymmetric-routing"],
  search: [
    "hairpin NAT",
    "NAT loopback",
    "NAT reflection",
    "published port from same network",
    "docker hairpin",
    "回环 NAT",
    "内网访问公网地址",
  ],
  page: () => ({
    meaning: text(
      "A published address works from outside and not from the server's own network. The question makes the detour by the router, the answer does not.",
      "公布的地址从外面能用，从服务器所在的网络却不能用。问题绕道路由器，应答却没有。",
    ),
    evidence: text(
      "Packets: the SYN for the published address at the asker, the SYN-ACK from the server's own address, and the asker's RST. State: a DNAT rule, and no masquerade for asker and server. Drop reason at the asker: NO_SOCKET; NOT_SPECIFIED at tcp_v4_rcv for the reset itself.",
      "报文：请求方发往公布地址的 SYN、来自服务器自身地址的 SYN-ACK、请求方的 RST。状态：有 DNAT 规则，但对请求方和服务器没有 masquerade。请求方的丢包原因：NO_SOCKET；复位报文本身是 tcp_v4_rcv 处的 NOT_SPECIFIED。",
    ),
    tellApart: text(
      "answer-without-socket: the same without a translation in sight.",
      "answer-without-socket：同样的现象，但看不到地址转换。",
    ),
    kernel: "nf_nat_packet on the way there only; tcp_v4_rcv of the asker: no socket \u2192 tcp_v4_send_reset",
  }),
  scenario: "nat-hairpin",
  negativeTwin: "nat-hairpin-ok",
});
