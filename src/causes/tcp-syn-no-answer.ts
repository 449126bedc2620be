// A SYN and its retries got nothing back, and nothing in the evidence favours one of the possible reasons.

import { defineCause, inNamespace } from "../model/cause.ts";
import { addressOfService, connectionFacts, firstEnd, lastPlace, sightOf } from "../model/connection-facts.ts";
import type { Journey } from "../model/journey.ts";
import { text } from "../model/text.ts";
import { byWords } from "../model/told-connection.ts";

/** A SYN without an answer whose reason the facts do not decide. */
export const cause = defineCause({
  code: "tcp-syn-no-answer",
  severity: "problem",
  marks: { drop: "any", counters: [], decides: [] },

  title: text("SYN not answered", "SYN 没有应答"),
  headline: (facts) => {
    const at = addressOfService(facts);
    if (facts.basis === "told")
      return facts.value === undefined
        ? text(`connection failed: ${at.en}`, `连接失败：${at.zh}`)
        : text(`connection timed out: ${at.en}`, `连接超时：${at.zh}`);
    const where =
      facts.state === undefined
        ? text("", "")
        : facts.lost === undefined
          ? text(`, last seen at ${facts.state}`, `，最后出现在 ${facts.state}`)
          : facts.lost === "not-taken"
            ? text(
                `; the SYN-ACK came to ${facts.state} and was not taken`,
                `；SYN-ACK 到了 ${facts.state}，但没有被接收`,
              )
            : text(`; the SYN-ACK was last seen at ${facts.state}`, `；SYN-ACK 最后出现在 ${facts.state}`);
    return text(`SYN not answered: ${at.en}${where.en}`, `SYN 没有应答：${at.zh}${where.zh}`);
  },
  summary: (facts) => {
    const at = addressOfService(facts);
    if (facts.basis === "told")
      return facts.value === undefined
        ? text(
            `The program says that it could not connect to ${at.en}, and not why. If it ended at once, it was refused; if it waited, nothing came back.`,
            `程序只说连不上 ${at.zh}，没有说原因。如果立刻结束，就是被拒绝；如果等了很久，就是什么都没回来。`,
          )
        : text(
            `The program waited for ${at.en} and got nothing back: no answer, no refusal, no error. A closed port would have refused at once, so the SYN or its answer is dropped on the way, mostly by a firewall, or never got there.`,
            `程序一直在等 ${at.zh}，什么都没回来：没有应答、没有拒绝、也没有差错。端口没开的话会立刻被拒绝，所以是 SYN 或它的应答在途中被丢弃（多半是防火墙），或者根本没有到达。`,
          );
    const times = facts.count === undefined ? text("", "") : text(` ${facts.count} times`, `${facts.count} 次`);
    if (facts.lost === "not-taken")
      return text(
        `The SYN reached ${at.en}, which answered. Its answer came back to ${facts.state ?? "the asker"}, and the asker sent its SYN again all the same: its host dropped the SYN-ACK behind the capture point (a firewall, rp_filter, a checksum), or the ACK that follows it was lost.`,
        `SYN 到达了 ${at.zh}，对方也作了应答。应答回到了 ${facts.state ?? "请求方"}，请求方却仍然重发 SYN：要么本机在抓包点之后丢弃了 SYN-ACK（防火墙、rp_filter、校验和），要么随后的 ACK 丢了。`,
      );
    return facts.lost === undefined
      ? text(
          `${facts.source ?? "The asker"} sent a SYN to ${at.en}${times.en} and got nothing back: no SYN-ACK, no reset, no error.${facts.state === undefined ? "" : ` It was last seen at ${facts.state}.`} A closed port would have answered: the SYN, or its answer, is dropped on the way.`,
          `${facts.source ?? "请求方"} 向 ${at.zh} 发了 SYN${times.zh === "" ? "" : `（${times.zh}）`}，什么都没回来：没有 SYN-ACK、没有 RST、也没有差错。${facts.state === undefined ? "" : `它最后出现在 ${facts.state}。`}端口没开的话会有应答：是 SYN 或者它的应答在途中被丢弃了。`,
        )
      : text(
          `The SYN reached ${at.en}, which answered. Its answer was last seen at ${facts.state ?? "another place"}, and not where the SYN had left: it was lost on its way back, or came back where nobody captured.`,
          `SYN 到达了 ${at.zh}，对方也作了应答。应答最后出现在 ${facts.state ?? "别处"}，没有出现在发出 SYN 的地方：要么在回程中丢了，要么从没有抓包的接口回来了。`,
        );
  },
  why: () =>
    text(
      "A firewall that drops, a reverse-path filter and a missing way back all send nothing; a capture sees a packet before they do.",
      "丢弃报文的防火墙、反向路径过滤、没有回程路由，都不会回送任何东西；而抓包点在它们之前。",
    ),
  fixes: () => [],
  settle: ({ source, target }, netns) => [
    {
      command: "pktwhy snapshot -o state.json",
      because: text(
        "on the host that should answer, and on routers in between: firewall, routes and rp_filter decide most of it",
        "在应当应答的主机以及途中的路由器上执行：防火墙、路由和 rp_filter 能决定大部分情况",
      ),
    },
    {
      command: inNamespace(netns, `ip route get ${source ?? "SOURCE"} from ${target ?? "TARGET"}`),
      because: text(
        "on the host that should answer: does it know a way back?",
        "在应当应答的主机上执行：它知道回程的路吗？",
      ),
    },
  ],
  lookalikes: [
    "nft-input-drop",
    "nft-forward-drop",
    "rp-filter-strict",
    "missing-return-route",
    "nft-reply-drop",
    "iptables-drop",
  ],
  search: [
    "connection timed out",
    "SYN retransmission",
    "SYN_SENT",
    "ETIMEDOUT",
    "filtered port",
    "连接超时",
    "SYN 重传",
    "端口不通",
  ],
  page: () => ({
    meaning: text(
      "The SYN left, was asked again after 1, 3, 7 seconds and so on, and nothing came back. A closed port answers at once, so something drops the SYN or its answer. pktwhy says this where captures and state favour none of the reasons.",
      "SYN 已经发出，1、3、7 秒……之后又重发，什么都没有回来。端口没开会立刻有应答，所以是有什么丢弃了 SYN 或它的应答。当抓包和状态都不偏向其中任何一个原因时，pktwhy 就这样说。",
    ),
    evidence: text(
      "Packets: SYNs with the same sequence number and no SYN-ACK, RST or ICMP error for them. The last place where the SYN was seen bounds where it can have been dropped: at that host or behind it.",
      "报文：序号相同的几个 SYN，没有对应的 SYN-ACK、RST 或 ICMP 差错。最后看到 SYN 的地方限定了它可能在哪里被丢弃：就在那台主机上，或者在它之后。",
    ),
    tellApart: text(
      "tcp-refused: a reset comes back. arp-no-answer and gateway-arp-failed: no SYN leaves, because nobody answers ARP.",
      "tcp-refused：会收到 RST。arp-no-answer、gateway-arp-failed：ARP 没有应答，SYN 根本没有发出。",
    ),
    kernel: "tcp_v4_connect → tcp_connect → tcp_retransmit_timer (tcp_syn_retries)",
  }),
  scenario: "tcp-syn-no-answer",
  negativeTwin: "tcp-refused",
  lastResort: 3,
  check: (view) => {
    const ended = firstEnd(view, "silent", "tcp");
    if (ended === null || ended.exchange.kind !== "tcp") return byWords(view.flow, "tcp", ["ETIMEDOUT", null]);
    const { syns, synAcks, resets } = ended.exchange;
    const back = [...synAcks, ...resets];
    const cameBack = ended.end.answered ? backAtHome(syns[0], back) : undefined;
    const seen = ended.end.answered ? (cameBack ?? back.at(-1)) : syns.at(-1);
    const { netns, interface: name, state } = lastPlace(seen);
    const { count: _, ...facts } = connectionFacts(ended);
    const home = lastPlace(syns[0] && { ...syns[0], sightings: syns[0].sightings.slice(0, 1) }).state ?? "?";
    return {
      certainty: "likely",
      netns,
      interface: name,
      facts: {
        ...facts,
        ...(syns.length > 1 ? { count: String(syns.length) } : {}),
        ...(state === undefined ? {} : { state }),
        ...(ended.end.answered ? { lost: cameBack === undefined ? "1" : "not-taken" } : {}),
      },
      evidence: [
        sightOf(text("the SYN and its retries", "SYN 及其重发"), syns),
        ended.end.answered
          ? sightOf(text("its answer, last seen here", "最后看到应答的地方"), back)
          : {
              basis: "missing",
              text: text(
                `no SYN-ACK, RST or ICMP error for it at ${home}`,
                `${home} 上没有它的 SYN-ACK、RST 或 ICMP 差错`,
              ),
            },
      ],
      ruledOut: [],
    };
  },
});

/** What came back to where the SYN had left, if anything did. */
function backAtHome(syn: Journey | undefined, back: readonly Journey[]): Journey | undefined {
  const home = syn?.sightings[0]?.frame.vantage;
  return home === undefined
    ? undefined
    : back.find(({ sightings }) => sightings.some(({ frame }) => frame.vantage === home));
}
