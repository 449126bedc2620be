// The DNS server answers that it cannot or will not tell.

import { defineCause, inNamespace } from "../model/cause.ts";
import { endsOf } from "../model/connection.ts";
import { addressOfService, connectionFacts, lastPlace, sightOf } from "../model/connection-facts.ts";
import type { Facts } from "../model/finding.ts";
import { dnsOf, questionName, responseName } from "../model/lookup-words.ts";
import { ownValue } from "../model/own-value.ts";
import { type Text, text } from "../model/text.ts";

/** SERVFAIL, NXDOMAIN or REFUSED. */
export const cause = defineCause({
  code: "dns-error-answer",
  severity: "problem",
  marks: { drop: "no-end", counters: [], decides: [] },

  title: text("DNS answers with an error", "DNS 应答报错"),
  headline: (facts) =>
    text(
      `DNS answers with an error: ${facts.error ?? "an error"} for ${facts.value ?? "a name"} from ${addressOfService(facts).en}`,
      `DNS 应答报错：${addressOfService(facts).zh} 对 ${facts.value ?? "名字"} 答复 ${facts.error ?? "错误"}`,
    ),
  summary: (facts) =>
    text(
      `The network carries questions and answers, and ${addressOfService(facts).en} says ${facts.error ?? "an error"}${facts.value === undefined ? "" : ` for ${facts.value}`}: ${reason(facts).en}.`,
      `网络能传递查询和应答，${addressOfService(facts).zh} ${facts.value === undefined ? "" : `对 ${facts.value} `}答复 ${facts.error ?? "错误"}：${reason(facts).zh}。`,
    ),
  why: () =>
    text(
      "The code in the answer's header says how it went (RFC 1035 section 4.1.1).",
      "应答头部的代码说明结果（RFC 1035 第 4.1.1 节）。",
    ),
  fixes: () => [],
  settle: ({ target, value }, netns) => [
    {
      command: inNamespace(netns, `dig @${target ?? "SERVER"} ${(value ?? "A NAME").split(" ").reverse().join(" ")}`),
      because: text("the whole answer, with what the server says besides", "完整的应答，以及服务器附带的说明"),
    },
  ],
  lookalikes: [],
  search: ["NXDOMAIN", "SERVFAIL", "REFUSED", "Name or service not known", "域名不存在", "解析失败"],
  page: () => ({
    meaning: text(
      "The question was answered, and the answer is no. That is not a fault of the network.",
      "查询得到了应答，答案是没有。这不是网络故障。",
    ),
    evidence: text(
      "Packets: a DNS answer whose code is not 0. An NXDOMAIN for a name with a search suffix, followed by an answer for the bare name, is ordinary.",
      "报文：代码不为 0 的 DNS 应答。带搜索后缀的名字得到 NXDOMAIN，随后不带后缀的名字有答案，这是正常现象。",
    ),
    tellApart: text("dns-no-answer: nothing comes back.", "dns-no-answer：什么都没有回来。"),
    kernel: "udp_recvmsg; res_send of the C library",
  }),
  scenario: "dns-error-answer",
  negativeTwin: "dns-no-answer",
  check: ({ flow }) => {
    if (flow.kind !== "udp") return null;
    const ends = endsOf(flow);
    const answers = ends.flatMap(({ exchange }) => (exchange.kind === "udp" ? exchange.answers.slice(0, 1) : []));
    // A name that is found in the end was looked for with the suffixes of the search list first.
    const isFound = answers.some((answer) => dnsOf(answer)?.responseCode === 0);
    const ended = ends.find(
      ({ exchange }) => exchange.kind === "udp" && (dnsOf(exchange.answers[0])?.responseCode ?? 0) !== 0,
    );
    const answer = ended?.exchange.kind === "udp" ? ended.exchange.answers[0] : undefined;
    const dns = dnsOf(answer);
    if (isFound || ended === undefined || answer === undefined || dns === null) return null;
    const { netns, interface: name } = lastPlace(answer);
    const error = responseName(dns.responseCode);
    return {
      certainty: "likely",
      netns,
      interface: name,
      facts: { ...connectionFacts(ended), value: questionName(dns), error },
      evidence: [sightOf(text(`the answer ${error}`, `应答 ${error}`), [answer])],
      ruledOut: [],
      stateless: true,
    };
  },
});

const REASONS: Readonly<Record<string, Text>> = {
  NXDOMAIN: text(
    "it knows no such name: a typing mistake, the wrong server, or a search suffix that was added",
    "它不认得这个名字：拼写有误、问错了服务器，或者加上了搜索后缀",
  ),
  REFUSED: text(
    "by its own policy it does not serve this asker, or not this name (no recursion for it)",
    "按它自己的策略，它不为这个请求方服务，或者不查这个名字（不为它做递归）",
  ),
  SERVFAIL: text(
    "it could not find out: the servers that it asks itself do not answer, or DNSSEC does not hold",
    "它自己也查不出来：它再去问的服务器没有应答，或者 DNSSEC 校验不过",
  ),
};
const OTHER_REASON = text("the server itself declines", "是服务器自己拒绝");

function reason({ error = "" }: Facts): Text {
  return ownValue(REASONS, error) ?? OTHER_REASON;
}
