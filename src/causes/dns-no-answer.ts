// A DNS server was asked, perhaps again and again, and did not answer.

import { defineCause, inNamespace, type PacketVerdict } from "../model/cause.ts";
import { addressOfService, connectionFacts, firstEnd, lastPlace, sightOf } from "../model/connection-facts.ts";
import type { Facts } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import { dnsOf, questionName } from "../model/lookup-words.ts";
import { text } from "../model/text.ts";
import { byWords } from "../model/told-connection.ts";

const DNS_PORT = 53;
const UPSTREAM = {
  command: "resolvectl status",
  because: text(
    "which servers it asks itself (with dnsmasq: its configuration); ask one of them: dig @SERVER example.com",
    "它自己向哪些上游服务器查询（dnsmasq 则看其配置）；可以直接查询其中一个：dig @SERVER example.com",
  ),
};

/** A DNS question without an answer. */
export const cause = defineCause({
  code: "dns-no-answer",
  severity: "problem",
  marks: { drop: "any", counters: [], decides: [] },

  title: text("DNS question not answered", "DNS 查询没有应答"),
  headline: (facts) =>
    facts.basis === "told"
      ? text(
          `DNS question not answered: ${addressOfService(facts).en}`,
          `DNS 查询没有应答：${addressOfService(facts).zh}`,
        )
      : text(
          `DNS question not answered: ${facts.value ?? "a name"} at ${addressOfService(facts).en}${facts.state === undefined ? "" : `, last seen at ${facts.state}`}`,
          `DNS 查询没有应答：向 ${addressOfService(facts).zh} 查询 ${facts.value ?? "名字"}${facts.state === undefined ? "" : `，最后出现在 ${facts.state}`}`,
        ),
  summary: (facts) =>
    facts.basis === "told" && facts.target?.startsWith("127.")
      ? text(
          `The program asked ${addressOfService(facts).en}, a resolver on its own host (systemd-resolved listens on 127.0.0.53, Docker's in a container on 127.0.0.11, dnsmasq and others on 127.0.0.1), and got no answer. Something is there, else it would have been refused at once: it mostly waits in vain for the servers that it asks itself.`,
          `程序查询的是本机的解析器 ${addressOfService(facts).zh}（systemd-resolved 监听 127.0.0.53，容器里 Docker 的解析器是 127.0.0.11，dnsmasq 等监听 127.0.0.1），没有得到应答。那里有程序在监听，否则查询会立刻被拒绝：多半是这个解析器在等待自己的上游服务器，而上游没有应答。`,
        )
      : text(
          `${facts.source ?? "The asker"} asked the DNS server ${addressOfService(facts).en}${facts.value === undefined ? "" : ` for ${facts.value}`}${facts.count === undefined ? "" : `, ${facts.count} times`}, and got no answer${facts.state === undefined ? "" : `; the question was last seen at ${facts.state}`}. Programs then say that the name cannot be resolved, mostly after 5 or 10 seconds. A port without a server would have been told by ICMP: something drops the question or its answer.`,
          `${facts.source ?? "请求方"} 向 DNS 服务器 ${addressOfService(facts).zh}${facts.value === undefined ? "" : ` 查询 ${facts.value}`}${facts.count === undefined ? "" : `（${facts.count} 次）`}，没有得到应答${facts.state === undefined ? "" : `；查询最后出现在 ${facts.state}`}。程序随后会说名字无法解析，多半在 5 或 10 秒之后。端口上没有服务器的话会有 ICMP 告知：是有什么丢弃了查询或应答。`,
        ),
  why: () =>
    text(
      "A resolver asks again after some seconds, and the next server in /etc/resolv.conf, until it gives up (RES_TIMEOUT 5 s, two attempts).",
      "解析器过几秒会再问，或问 /etc/resolv.conf 里的下一个服务器，直到放弃（RES_TIMEOUT 5 秒，共两次）。",
    ),
  fixes: () => [],
  settle: ({ target, basis }, netns) => [
    ...(basis === "told" && target?.startsWith("127.") ? [UPSTREAM] : []),
    ...(basis === "told" && !target?.startsWith("127.") ? [inCapture(target)] : []),
    {
      command: inNamespace(netns, "cat /etc/resolv.conf"),
      because: text(
        "where the program runs: is this the server that is meant?",
        "在程序运行的地方：要问的就是这个服务器吗？",
      ),
    },
    {
      command: inNamespace(netns, `dig +tcp @${target ?? "SERVER"} .`),
      because: text(
        "whether the server answers over TCP: then UDP alone is dropped",
        "服务器用 TCP 是否有应答：有的话，被丢的只是 UDP",
      ),
    },
  ],
  lookalikes: ["nft-input-drop", "nft-forward-drop", "missing-return-route", "rp-filter-strict"],
  search: [
    "DNS timeout",
    "Temporary failure in name resolution",
    "connection timed out; no servers could be reached",
    "DNS 超时",
    "域名解析失败",
  ],
  page: () => ({
    meaning: text(
      "The name server did not answer, or its answer did not come back. An answer from another address than was asked is dropped by the resolver, too.",
      "域名服务器没有作答，或者应答没有回来。应答如果来自另一个地址，解析器也会丢弃。",
    ),
    evidence: text(
      "Packets: questions with one id and no answer with that id. An answer that was seen elsewhere tells that it was lost on its way back.",
      "报文：某个 id 的查询没有 id 相同的应答。如果在别处看到了应答，说明它丢在回程中。",
    ),
    tellApart: text(
      "dns-error-answer: the server answers, and says no. nothing-listens: port unreachable.",
      "dns-error-answer：服务器作了应答，但说没有。nothing-listens：端口不可达。",
    ),
    kernel: "udp_sendmsg; res_send of the C library",
  }),
  scenario: "dns-no-answer",
  negativeTwin: "dns-error-answer",
  lastResort: 2,
  check: (view) => {
    const ended = firstEnd(view, "silent", "udp");
    if (ended === null || ended.exchange.kind !== "udp") return byItsWords(view.flow);
    const { questions, answers } = ended.exchange;
    const dns = dnsOf(questions[0]);
    if (dns === null) return null;
    const { netns, interface: name, state } = lastPlace(answers[0] ?? questions.at(-1));
    const { count: _, ...facts } = connectionFacts(ended);
    const times = questions.length * ended.count;
    return {
      certainty: "likely",
      netns,
      interface: name,
      facts: {
        ...facts,
        value: questionName(dns),
        ...(times > 1 ? { count: String(times) } : {}),
        ...(state === undefined ? {} : { state }),
      },
      evidence: [
        sightOf(text(`the question for ${questionName(dns)}`, `对 ${questionName(dns)} 的查询`), questions),
        { basis: "missing", text: text("no answer with its id where it was asked", "提问的地方没有 id 相同的应答") },
      ],
      ruledOut: [],
    };
  },
});

// What dig, host, nslookup and the resolver print of a server that stays silent.
function byItsWords(flow: Flow): PacketVerdict | null {
  const told = flow.dstPort === DNS_PORT ? byWords(flow, "udp", ["ETIMEDOUT", null]) : null;
  if (told === null) return null;
  const { value: _, ...facts }: Facts = told.facts;
  return { ...told, facts };
}

function inCapture(target: string | undefined) {
  return {
    command: `tcpdump -ni any 'port 53${target === undefined ? "" : ` and host ${target}`}'`,
    because: text(
      "on both hosts while it is asked: does the question get there, and does an answer come back?",
      "查询的同时在两台主机上执行：查询到达了吗？应答回来了吗？",
    ),
  };
}
