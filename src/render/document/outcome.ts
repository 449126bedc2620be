// What was tried and whether it worked, in one sentence.

import { formatIpv4 } from "../../model/address.ts";
import { type ArpOnly, arpOnly } from "../../model/arp-only.ts";
import type { Flow } from "../../model/flow.ts";
import { answeredArp, strayReplies } from "../../model/observed.ts";
import { listOf, othersIn } from "../../model/other-traffic.ts";
import type { FlowReport, Path, Report, Verdict } from "../../model/report.ts";
import { printable, type Text, text, verbatim } from "../../model/text.ts";
import { WORDS } from "../words.ts";
import { ALWAYS, type Part, type TitleLine } from "./document.ts";
import type { Voice } from "./voice.ts";

// By state alone nothing has happened yet.
const FORECAST: Record<Verdict, Text> = {
  worked: text(" would work", " 会通"),
  "worked-with-trouble": text(" would work, with trouble", " 会通，但有异常"),
  failed: text(" would fail", " 会失败"),
  "cannot-tell": text(": state does not tell", "：仅凭状态无法判断"),
};

/** The flow that the answer is about; without one, the forecast that was asked for, or what the state leaves open. */
export function mainFlow(report: Report, { predicted }: Pick<Voice, "predicted">): FlowReport | null {
  const { answer, flows } = report;
  if (answer !== null) return flows.find((one) => one.flow.id === answer.flow) ?? null;
  return (predicted ? flows[0] : (flows.find(wentOverIpv6) ?? flows.find(endsOpen))) ?? null;
}

function wentOverIpv6({ flow }: FlowReport): boolean {
  return flow.ipv6 !== undefined;
}

function endsOpen({ steps }: FlowReport): boolean {
  return steps.at(-1)?.walk?.kind === "open";
}

/** Whether the report has no answer but shows how far the state leads. */
export function leavesOpen({ answer, flows }: Report): boolean {
  return answer === null && flows.some(endsOpen);
}

/** `ping 192.168.2.11 -> 192.168.2.1 works: 4 sent, 4 answered, rtt 0.03/0.05/0.06 ms`. */
export function titleOf(voice: Voice, { flow, verdict, crowd, path }: FlowReport, withNamespace: boolean): TitleLine {
  if (crowd !== undefined) {
    const source = sourceOf(flow);
    const one = source === null ? targetOf(flow) : `${source} -> ${targetOf(flow)}`;
    const { en, zh } = crowd.sentence;
    return {
      verdict,
      sentence: voice.say(text(`${en}, told by one of them: ${one}`, `${zh}，以其中一个为例：${one}`)),
    };
  }
  const who = subject(flow, withNamespace);
  const how = voice.predicted ? FORECAST[verdict] : path === undefined ? outcome(flow, verdict) : pathOutcome(path);
  return { verdict, sentence: voice.say(text(`${who.en}${how.en}`, `${who.zh}${how.zh}`.replace("） ", "）"))) };
}

/** The address that was asked for, or the name where only that is known. */
export function targetOf({ dst, names }: Flow): string {
  return names?.dst === undefined ? formatIpv4(dst) : printable(names.dst);
}

/** The address that asked, or its name. */
export function sourceOf({ src, names }: Flow): string | null {
  return src === null ? null : names?.src === undefined ? formatIpv4(src) : printable(names.src);
}

function pathOutcome({ hops, reached }: Path): Text {
  const hop = hops.length + 1;
  const answered = hops.filter(({ answers }) => answers > 0).length;
  if (reached === true) return text(`: reached, hop ${hop}`, `：到达，第 ${hop} 跳`);
  const en = `${answered} of ${hops.length} ${hops.length === 1 ? "hop" : "hops"} answered`;
  const zh = `${hops.length} 跳中有 ${answered} 跳回应`;
  return reached === false ? text(`: not reached, ${en}`, `：没有到达，${zh}`) : text(`: ${en}`, `：${zh}`);
}

/** What is said where there is no answer: nothing to explain, or nothing that explains it. */
export function noAnswer(voice: Voice, report: Report): Part {
  const packets = report.inputs.reduce((sum, input) => sum + input.packets, 0);
  const list = listOf(othersIn(report.inputs));
  const rest = list.en === "" ? "" : ` (${list.en})`;
  const only = arpOnly(report.flows.map(({ flow }) => flow));
  const sentence =
    report.overIpv6 || report.flows.some(wentOverIpv6)
      ? text("This went over IPv6, which is not explained.", "这次走的是 IPv6，这里不作解释。")
      : leavesOpen(report)
        ? text(
            "Cannot tell: no packet was seen, and the state does not answer what the last step asks.",
            "无法判断：没有看到报文，而最后一步的问题仅凭现有状态回答不了。",
          )
        : only !== null
          ? arpAlone(only)
          : report.flows.length > 0
            ? text("Cannot tell: no known cause fits what was seen.", "无法判断：没有已知的原因与看到的情况相符。")
            : report.inputs.length === 0 && report.notes.length > 0
              ? text(
                  "No ping and no connection that failed was shown. What stands out in what was shown:",
                  "没有给出失败的 ping 或连接。已给出的内容中值得注意的有：",
                )
              : report.inputs.length === 0
                ? text("Nothing to explain: no ping was sent.", "没有可解释的内容：没有发出任何 ping。")
                : packets === 0
                  ? text("Nothing to explain: the captures hold no packets.", "没有可解释的内容：抓包里没有报文。")
                  : text(
                      `Nothing to explain: no ping or ARP exchange among ${packets} packets${rest}.`,
                      `没有可解释的内容：${packets} 个报文里没有 ping 或 ARP 交互${list.zh === "" ? "" : `（${list.zh}）`}。`,
                    );
  return { kind: "no-answer", levels: ALWAYS, sentence: voice.say(sentence) };
}

/** Of ARP that no ping and no connection followed there is no more to say than what was seen. */
function arpAlone({ questions, answered, announcements }: ArpOnly): Text {
  const en: string[] = [];
  const zh: string[] = [];
  if (questions > 0) {
    const noun = questions === 1 ? "question" : "questions";
    if (answered === questions) en.push(`${questions} ${noun} answered`);
    else en.push(questions === 1 ? "1 question, not answered" : `${answered} of ${questions} questions answered`);
    zh.push(answered === questions ? `${questions} 次询问都有应答` : `${questions} 次询问，其中 ${answered} 次有应答`);
  }
  if (announcements > 0) {
    en.push(announcements === 1 ? "1 announcement" : `${announcements} announcements`);
    zh.push(`${announcements} 次通告`);
  }
  return text(`ARP: ${en.join(", ")}; no ping among the packets.`, `ARP：${zh.join("，")}；报文里没有 ping。`);
}

function transportSubject(flow: Flow, source: string | null, { en, zh }: Text): Text {
  const protocol = flow.kind === "tcp" ? "TCP" : "UDP";
  const target = `${source === null ? "" : `${source} -> `}${targetOf(flow)}:${flow.dstPort ?? "?"}`;
  return text(`${protocol} ${target}${en}`, `${protocol} ${target}${zh}`);
}

function subject(flow: Flow, withNamespace: boolean): Text {
  const target = targetOf(flow);
  const source = sourceOf(flow);
  // A host of which nobody said anything has no name.
  const isNamed = flow.netns !== null && flow.netns !== "" && !flow.netns.startsWith("(");
  const place = withNamespace && isNamed ? text(` in ${flow.netns}`, `（${flow.netns}）`) : verbatim("");
  const program = printable(flow.program ?? (flow.kind === "ping" ? "ping" : ""));
  if (flow.ipv6 !== undefined) {
    const there = printable(flow.ipv6);
    return text(
      `${program} ${there} over IPv6${place.en} (over IPv4: ${target})`,
      `${program} ${there}，走 IPv6${place.zh}（若走 IPv4：${target}）`,
    );
  }
  switch (flow.kind) {
    case "ping":
      return source === null
        ? text(`${program} ${target}${place.en}`, `${program} ${target}${place.zh}`)
        : text(`${program} ${source} -> ${target}${place.en}`, `${program} ${source} -> ${target}${place.zh}`);
    case "arp":
      if (isAnnouncement(flow))
        return text(`${target}${place.en} announced its MAC address`, `${target}${place.zh} 通告了自己的 MAC 地址`);
      if (program !== "") {
        const from = source ?? "?";
        return text(
          `${program}${place.en} asked for ${target} (from ${from})`,
          `${program}${place.zh} 询问 ${target}（来自 ${from}）`,
        );
      }
      return text(`${source ?? "?"}${place.en} asked for ${target}`, `${source ?? "?"}${place.zh} 询问 ${target}`);
    case "icmp-error":
      if (program !== "")
        return text(
          `${program} ${source ?? "?"} -> ${target}${place.en}`,
          `${program} ${source ?? "?"} -> ${target}${place.zh}`,
        );
      return text(
        `ICMP errors about ${source ?? "?"} -> ${target}${place.en}`,
        `关于 ${source ?? "?"} -> ${target} 的 ICMP 差错${place.zh}`,
      );
    case "tcp":
    case "udp":
      return transportSubject(flow, source, place);
    case "other":
      return text(`ICMP ${source ?? "?"} -> ${target}${place.en}`, `ICMP ${source ?? "?"} -> ${target}${place.zh}`);
  }
}

// Gratuitous ARP asks nobody and is answered by nobody.
function isAnnouncement(flow: Flow): boolean {
  return flow.kind === "arp" && flow.src === flow.dst;
}

function outcome(flow: Flow, verdict: Verdict): Text {
  switch (flow.kind) {
    case "ping":
      return pingOutcome(flow, verdict);
    case "arp":
      if (isAnnouncement(flow)) return verbatim("");
      // That nobody answers a probe is what who probes hopes for.
      if (verdict === "worked" && answeredArp(flow).length === 0) return text(": no answer", "：没有应答");
      if (verdict === "cannot-tell" && answeredArp(flow).length > 0) return text(": answered", "：有应答");
      return {
        worked: text(": answered", "：有应答"),
        "worked-with-trouble": text(": answered, with trouble", "：有应答，但有异常"),
        failed: text(": no answer", "：没有应答"),
        "cannot-tell": text(": cannot tell", "：无法判断"),
      }[verdict];
    case "tcp":
    case "udp":
      return connectionOutcome(flow, verdict);
    default:
      return {
        worked: verbatim(""),
        "worked-with-trouble": text(": trouble", "：有异常"),
        failed: text(": failed", "：失败"),
        "cannot-tell": text(": cannot tell", "：无法判断"),
      }[verdict];
  }
}

function connectionOutcome({ kind, requests, transportOutcomes }: Flow, verdict: Verdict): Text {
  const tcp = kind === "tcp";
  const word = {
    worked: tcp ? text(": connected", "：已连接") : text(": answered", "：有应答"),
    "worked-with-trouble": text(": works, with trouble", "：能用，但有异常"),
    failed: tcp ? text(": failed", "：失败") : text(": not answered", "：没有应答"),
    "cannot-tell": text(": cannot tell", "：无法判断"),
  }[verdict];
  if (requests < 2 || (transportOutcomes?.length ?? 0) === 0) return word;
  return tcp
    ? text(`${word.en}, ${requests} connections`, `${word.zh}，共 ${requests} 个连接`)
    : text(`${word.en}, ${requests} exchanges`, `${word.zh}，共 ${requests} 次交互`);
}

function pingOutcome(flow: Flow, verdict: Verdict): Text {
  const word = {
    worked: text(" works", " 通"),
    "worked-with-trouble": text(" works, with trouble", " 通，但有异常"),
    failed: text(" failed", " 失败"),
    "cannot-tell": text(": cannot tell", "：无法判断"),
  }[verdict];
  const counts = countsOf(flow);
  if (counts === null) return word;
  const separator = verdict === "cannot-tell" ? WORDS.comma : WORDS.colon;
  return text(`${word.en}${separator.en}${counts.en}`, `${word.zh}${separator.zh}${counts.zh}`);
}

function countsOf(flow: Flow): Text | null {
  if (flow.requests === 0 && flow.replies === 0) return null;
  // A reply that was seen, but not where its question had left, has not answered anybody yet.
  const lost = flow.printed === undefined ? strayReplies(flow).reduce((sum, { count }) => sum + count, 0) : 0;
  const answered = Math.max(0, flow.replies - lost);
  const en = [`${flow.requests} sent`, answered === 0 ? "none answered" : `${answered} answered`];
  const zh = [`发出 ${flow.requests} 个`, answered === 0 ? "没有应答" : `收到 ${answered} 个应答`];
  if (lost > 0) {
    en.push(`${lost} ${lost === 1 ? "reply" : "replies"} seen on the way back only`);
    zh.push(`只在回程途中看到 ${lost} 个应答`);
  }
  if (flow.duplicates > 0) {
    en.push(`${flow.duplicates} ${flow.duplicates === 1 ? "duplicate" : "duplicates"}`);
    zh.push(`${flow.duplicates} 个重复`);
  }
  if (flow.errors > 0) {
    en.push(`${flow.errors} ${flow.errors === 1 ? "error" : "errors"}`);
    zh.push(`${flow.errors} 个差错`);
  }
  // A reply may have been captured and still not have come to the ping.
  if (flow.rttMs !== null && flow.replies > 0) {
    const times = `rtt ${[flow.rttMs.min, flow.rttMs.avg, flow.rttMs.max].map(milliseconds).join("/")} ms`;
    en.push(times);
    zh.push(times);
  }
  return text(en.join(", "), zh.join("，"));
}

function milliseconds(value: number): string {
  return value < 0.01
    ? value.toFixed(3)
    : value < 10
      ? value.toFixed(2)
      : value < 1000
        ? value.toFixed(1)
        : value.toFixed(0);
}
