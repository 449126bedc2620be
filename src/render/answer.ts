// The first lines: what was tried, whether it worked, and the one cause that a person can act on.

import { formatIpv4 } from "../model/address.ts";
import type { Certainty } from "../model/evidence.ts";
import type { Flow } from "../model/flow.ts";
import type { FlowReport, Report, Verdict } from "../model/report.ts";
import { type Text, text, verbatim } from "../model/text.ts";
import { headRule, type Page } from "./page.ts";
import type { Look } from "./style.ts";
import { fill, wrap } from "./width.ts";
import { CERTAINTY, WORDS } from "./words.ts";

const LOOKS: Record<Verdict, Look> = {
  worked: "good",
  "worked-with-trouble": "unsure",
  failed: "bad",
  "cannot-tell": "unsure",
};

// By state alone nothing has happened yet.
const FORECAST: Record<Verdict, Text> = {
  worked: text(" would work", " 会通"),
  "worked-with-trouble": text(" would work, with trouble", " 会通，但有异常"),
  failed: text(" would fail", " 会失败"),
  "cannot-tell": text(": state does not tell", "：仅凭状态无法判断"),
};

/** The flow that the answer is about; without one, the forecast that was asked for, or what the state leaves open. */
export function mainFlow(report: Report, page: Page): FlowReport | null {
  const { answer, flows } = report;
  if (answer !== null) return flows.find((one) => one.flow.id === answer.flow) ?? null;
  return (page.predicted ? flows[0] : flows.find(endsOpen)) ?? null;
}

function endsOpen({ steps }: FlowReport): boolean {
  return steps.at(-1)?.walk?.kind === "open";
}

/** Whether the report has no answer but shows how far the state leads. */
export function leavesOpen({ answer, flows }: Report): boolean {
  return answer === null && flows.some(endsOpen);
}

/** `ping 192.168.2.11 -> 192.168.2.1 works: 4 sent, 4 answered, rtt 0.03/0.05/0.06 ms`. */
export function outcomeLines(page: Page, { flow, verdict }: FlowReport, withNamespace: boolean): string[] {
  const who = subject(flow, withNamespace);
  const how = page.predicted ? FORECAST[verdict] : outcome(flow, verdict);
  const sentence = page.say(text(`${who.en}${how.en}`, `${who.zh}${how.zh}`.replace("） ", "）")));
  const separator = page.say(WORDS.comma);
  return fill(sentence.split(separator), separator, page.width).map((line) => page.style(LOOKS[verdict], line));
}

/** The headline with `code, certainty` at the right margin. */
export function headlineLines(
  page: Page,
  headline: Text,
  code: string,
  certainty: Certainty,
  look: Look = "strong",
): string[] {
  const tag = `${code}${page.say(WORDS.comma)}${page.say(CERTAINTY[certainty])}`;
  return headRule(page, page.say(headline), tag, look);
}

/** What is said where there is no answer: nothing to explain, or nothing that explains it. */
export function noAnswerLines(page: Page, report: Report): string[] {
  const packets = report.inputs.reduce((sum, input) => sum + input.packets, 0);
  const others = new Map<string, number>();
  for (const input of report.inputs)
    for (const [name, count] of input.otherProtocols) others.set(name, (others.get(name) ?? 0) + count);
  const list = [...others].map(([name, count]) => `${count} ${name}`).join(", ");
  const rest = list === "" ? "" : ` (${list})`;
  const sentence = leavesOpen(report)
    ? text(
        "Cannot tell: no packet was seen, and the state does not answer what the last step asks.",
        "无法判断：没有看到报文，而最后一步的问题仅凭现有状态回答不了。",
      )
    : report.flows.length > 0
      ? text("Cannot tell: no known cause fits what was seen.", "无法判断：没有已知的原因与看到的情况相符。")
      : packets === 0
        ? text("Nothing to explain: the captures hold no packets.", "没有可解释的内容：抓包里没有报文。")
        : text(
            `Nothing to explain: no ping or ARP exchange among ${packets} packets${rest}.`,
            `没有可解释的内容：${packets} 个报文里没有 ping 或 ARP 交互${list === "" ? "" : `（${list}）`}。`,
          );
  return wrap(page.say(sentence), page.width).map((line) => page.style("unsure", line));
}

function subject(flow: Flow, withNamespace: boolean): Text {
  const target = formatIpv4(flow.dst);
  const source = flow.src === null ? null : formatIpv4(flow.src);
  const place = withNamespace && flow.netns ? text(` in ${flow.netns}`, `（${flow.netns}）`) : verbatim("");
  switch (flow.kind) {
    case "ping":
      return source === null
        ? text(`ping ${target}${place.en}`, `ping ${target}${place.zh}`)
        : text(`ping ${source} -> ${target}${place.en}`, `ping ${source} -> ${target}${place.zh}`);
    case "arp":
      if (isAnnouncement(flow))
        return text(`${target}${place.en} announced its MAC address`, `${target}${place.zh} 通告了自己的 MAC 地址`);
      return text(`${source ?? "?"}${place.en} asked for ${target}`, `${source ?? "?"}${place.zh} 询问 ${target}`);
    case "icmp-error":
      return text(
        `ICMP errors about ${source ?? "?"} -> ${target}${place.en}`,
        `关于 ${source ?? "?"} -> ${target} 的 ICMP 差错${place.zh}`,
      );
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
      return {
        worked: text(": answered", "：有应答"),
        "worked-with-trouble": text(": answered, with trouble", "：有应答，但有异常"),
        failed: text(": no answer", "：没有应答"),
        "cannot-tell": text(": cannot tell", "：无法判断"),
      }[verdict];
    default:
      return {
        worked: verbatim(""),
        "worked-with-trouble": text(": trouble", "：有异常"),
        failed: text(": failed", "：失败"),
        "cannot-tell": text(": cannot tell", "：无法判断"),
      }[verdict];
  }
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
  const en = [`${flow.requests} sent`, flow.replies === 0 ? "none answered" : `${flow.replies} answered`];
  const zh = [`发出 ${flow.requests} 个`, flow.replies === 0 ? "没有应答" : `收到 ${flow.replies} 个应答`];
  if (flow.duplicates > 0) {
    en.push(`${flow.duplicates} ${flow.duplicates === 1 ? "duplicate" : "duplicates"}`);
    zh.push(`${flow.duplicates} 个重复`);
  }
  if (flow.errors > 0) {
    en.push(`${flow.errors} ${flow.errors === 1 ? "error" : "errors"}`);
    zh.push(`${flow.errors} 个差错`);
  }
  if (flow.rttMs !== null) {
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
