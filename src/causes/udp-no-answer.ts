// A datagram left and nothing came back: over UDP that alone is no fault.

import { defineCause, inNamespace } from "../model/cause.ts";
import { addressOfService, connectionFacts, firstEnd, lastPlace, sightOf } from "../model/connection-facts.ts";
import type { Flow } from "../model/flow.ts";
import { text } from "../model/text.ts";
import { byWords } from "../model/told-connection.ts";

// VXLAN (RFC 7348; the port that Linux took before), Geneve (RFC 8926): what comes back has a source port of its own.
const CARRIERS = new Set([4789, 8472, 6081]);

/** A question over UDP without an answer. */
export const cause = defineCause({
  code: "udp-no-answer",
  severity: "problem",
  marks: { drop: "any", counters: [], decides: [] },

  title: text("UDP not answered", "UDP 没有应答"),
  headline: (facts) =>
    text(
      `UDP not answered: ${addressOfService(facts).en}${facts.state === undefined ? "" : `, last seen at ${facts.state}`}`,
      `UDP 没有应答：${addressOfService(facts).zh}${facts.state === undefined ? "" : `，最后出现在 ${facts.state}`}`,
    ),
  summary: (facts) =>
    text(
      `${facts.source ?? "The asker"} sent a datagram to ${addressOfService(facts).en}, and neither an answer nor "port unreachable" came back${facts.state === undefined ? "" : `; it was last seen at ${facts.state}`}. Many uses of UDP need no answer. If one was meant: the datagram or its answer was dropped, or a program took it and said nothing.`,
      `${facts.source ?? "请求方"} 向 ${addressOfService(facts).zh} 发了数据报，既没有应答，也没有“端口不可达”${facts.state === undefined ? "" : `；它最后出现在 ${facts.state}`}。UDP 的许多用途本来就不需要应答。如果本应有应答：要么数据报或应答被丢弃了，要么程序收下了但没有回答。`,
    ),
  why: () =>
    text(
      "UDP confirms nothing: a datagram that was dropped and one that a program keeps to itself look the same.",
      "UDP 没有确认：被丢弃的数据报，和程序收下却不作答的数据报，看起来一样。",
    ),
  fixes: () => [],
  settle: ({ service }, netns) => [
    {
      command: inNamespace(netns, `ss -Hlunp${service === undefined ? "" : ` sport = :${service}`}`),
      because: text(
        "on the host that was asked: whether a socket is there, and how much waits in its Recv-Q",
        "在被询问的主机上：有没有套接字，Recv-Q 里积压了多少",
      ),
    },
    {
      command: "pktwhy snapshot -o state.json",
      because: text("there, and on routers in between: firewall and routes", "在那里以及途中的路由器上：防火墙和路由"),
    },
  ],
  lookalikes: ["nft-input-drop", "nft-forward-drop", "missing-return-route", "rp-filter-strict"],
  search: ["UDP no response", "UDP packet loss", "UDP 无响应", "UDP 没有回应"],
  page: () => ({
    meaning: text(
      "A datagram was seen and no answer. Whether one was due only the programs know; a port on which nothing listens would have been told by ICMP, unless that is filtered.",
      "看到了数据报，没有看到应答。该不该有应答，只有程序知道；如果端口没有程序监听，会有 ICMP 告知，除非被过滤。",
    ),
    evidence: text("Packets: datagrams in one direction only.", "报文：只有一个方向的数据报。"),
    tellApart: text(
      "nothing-listens: port unreachable comes back. dns-no-answer: a DNS server owes an answer.",
      "nothing-listens：会收到端口不可达。dns-no-answer：DNS 服务器必须作答。",
    ),
    kernel: "udp_sendmsg; __udp4_lib_rcv",
  }),
  scenario: "udp-no-answer",
  negativeTwin: "udp-ok",
  lastResort: 3,
  check: (view) => {
    const ended = firstEnd(view, "silent", "udp");
    if (ended === null || ended.exchange.kind !== "udp") return byItsWords(view.flow);
    if (CARRIERS.has(ended.exchange.destinationPort)) return null;
    const { questions, answers } = ended.exchange;
    const { netns, interface: name, state } = lastPlace(answers[0] ?? questions.at(-1));
    return {
      certainty: "possible",
      netns,
      interface: name,
      facts: { ...connectionFacts(ended), ...(state === undefined ? {} : { state }) },
      evidence: [
        sightOf(text("the datagram", "数据报"), questions),
        { basis: "missing", text: text("no answer in any capture", "所有抓包里都没有应答") },
      ],
      ruledOut: [],
    };
  },
});

// A name server owes an answer: dns-no-answer says more of it.
function byItsWords(flow: Flow) {
  return flow.dstPort === 53 ? null : byWords(flow, "udp", ["ETIMEDOUT", null]);
}
