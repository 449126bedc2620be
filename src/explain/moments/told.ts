// A fault that came or went in mid-ping is told with its moment: when it began, which requests it took, when it ended.

import type { Evidence } from "../../model/evidence.ts";
import type { Finding } from "../../model/finding.ts";
import type { Flow } from "../../model/flow.ts";
import type { ReportStep } from "../../model/report.ts";
import { type Text, text } from "../../model/text.ts";
import type { Nanoseconds } from "../../model/time.ts";
import type { Observed } from "../outcome.ts";
import type { FaultSpan, Turn } from "./fault.ts";
import { isLost } from "./of-flow.ts";

const MOST_SPANS = 4;

/** The finding with the times of its fault in front of its summary, and what told of them as evidence. */
export function withSpans(finding: Finding, spans: readonly FaultSpan[], flow: Flow, observed: Observed): Finding {
  const turns = spans.flatMap(({ began, ended }) => [began, ended]).filter((one) => one !== null);
  // One exchange by itself was lost or not.
  if (turns.length === 0 || flow.requests <= 1) return finding;
  const start = flow.from ?? turns[0]?.at ?? 0n;
  const story = storyOf(spans, start, flow, observed);
  const when = headlineOf(spans, start);
  const [first] = spans;
  // Without its address a host takes the packet for another's: that it does not forward it is no fault.
  const isLoss = first?.began?.change?.part === "address" || first?.isGone === true;
  const lost = isLoss ? (first?.began?.words ?? null) : null;
  const evidence = turns.slice(0, 2 * MOST_SPANS).map((turn) => evidenceOf(turn, start));
  const isOver = spans.at(-1)?.ended != null;
  const isGone = spans.at(-1)?.isGone === true;
  return {
    ...finding,
    headline:
      lost === null
        ? text(`${finding.headline.en}, ${when.en}`, `${finding.headline.zh}（${when.zh}）`)
        : text(`${lost.en}, ${when.en}: ${finding.headline.en}`, `${lost.zh}（${when.zh}）：${finding.headline.zh}`),
    summary: text(`${story.en} ${finding.summary.en}`, `${story.zh}${finding.summary.zh}`),
    evidence: [finding.evidence[0], ...evidence, ...finding.evidence.slice(1)],
    // What is over by itself, nothing needs to fix; an interface that is no more cannot be set up.
    ...(isOver || isGone ? { fixes: [] } : {}),
  };
}

function headlineOf(spans: readonly FaultSpan[], start: Nanoseconds): Text {
  const [first] = spans;
  const last = spans.at(-1);
  const times = spans.length > 1 ? text(`${spans.length} times `, `共 ${spans.length} 次，`) : text("", "");
  const from = first?.began ? span(first.began.at, start) : null;
  const to = last?.ended ? span(last.ended.at, start) : null;
  if (from !== null && to !== null)
    return text(`${times.en}from ${from.en} to ${to.en}`, `${times.zh}${from.zh} 到 ${to.zh}`);
  if (from !== null) return text(`${times.en}since ${from.en}`, `${times.zh}自 ${from.zh} 起`);
  return to === null ? text("", "") : text(`${times.en}until ${to.en}`, `${times.zh}到 ${to.zh} 为止`);
}

function storyOf(spans: readonly FaultSpan[], start: Nanoseconds, flow: Flow, observed: Observed): Text {
  const told = spans.slice(0, MOST_SPANS).map((one) => spanStory(one, start, flow));
  const lost = observed.sent - observed.answered;
  const more = spans.length - told.length;
  const rest = more > 0 ? text(` That happened ${more} more times.`, `此后又发生 ${more} 次。`) : text("", "");
  const all =
    observed.answered > 0 && lost > 0
      ? text(
          ` In all ${lost} of ${observed.sent} requests got no answer.`,
          `${observed.sent} 个请求共有 ${lost} 个没有应答。`,
        )
      : text("", "");
  return text(
    `${told.map(({ en }) => en).join(" ")}${rest.en}${all.en}`,
    `${told.map(({ zh }) => zh).join("")}${rest.zh}${all.zh}`,
  );
}

function spanStory({ began, ended }: FaultSpan, start: Nanoseconds, flow: Flow): Text {
  const took = requestsIn(flow, began?.at ?? null, ended?.at ?? null);
  const begin = began === null ? null : span(began.at, start);
  const end = ended === null ? null : span(ended.at, start);
  const lost = took ?? text("the requests", "请求");
  const head =
    began === null || begin === null
      ? text(`At first ${lost.en} got no answer`, `开始时${lost.zh}没有应答`)
      : text(
          `At ${begin.en} ${began.words.en}; after that ${lost.en} got no answer`,
          `${begin.zh} 时${began.words.zh}，此后${lost.zh}没有应答`,
        );
  if (ended === null || end === null)
    return text(`${head.en}, and it was still so at the end.`, `${head.zh}，到结束时仍是如此。`);
  return text(
    `${head.en}. At ${end.en} ${ended.words.en}, and it was over.`,
    `${head.zh}。${end.zh} 时${ended.words.zh}，故障消失。`,
  );
}

// By the examples that are kept, which are the first and the last of each moment.
function requestsIn(flow: Flow, from: Nanoseconds | null, to: Nanoseconds | null): Text | null {
  const sequences = flow.echoOutcomes
    .filter((one) => isLost(one, flow.netns))
    .flatMap(({ first, last }) => [first, ...(last === null ? [] : [last])])
    .flatMap((one) => (one.kind === "echo" && one.request !== null ? [one] : []))
    .filter(({ request }) => {
      const time = request?.sightings[0]?.frame.time ?? null;
      return time !== null && (from === null || time >= from - EARLIER) && (to === null || time <= to);
    })
    .map(({ sequence }) => sequence);
  if (sequences.length === 0) return null;
  const [low, high] = [Math.min(...sequences), Math.max(...sequences)];
  return low === high
    ? text(`request ${low}`, `第 ${low} 个请求`)
    : text(`requests ${low} to ${high}`, `第 ${low} 到第 ${high} 个请求`);
}

// What was on its way when it began is lost as well.
const EARLIER = 50_000_000n;

function evidenceOf({ at, words, told }: Turn, start: Nanoseconds): Evidence {
  const when = span(at, start);
  const by = told === null || told.by === "reading" ? null : told.by;
  const source = by === null ? text("", "") : text(` (${by})`, `（${by}）`);
  return {
    basis: by === null ? "state" : "kernel",
    text: text(`${when.en}: ${words.en}${source.en}`, `${when.zh}：${words.zh}${source.zh}`),
    ...(told === null || told.line === null ? {} : { state: { netns: told.netns, key: "changes", line: told.line } }),
  };
}

/** The steps with the changes among them, where they came. */
export function withTurns(
  steps: readonly ReportStep[],
  spans: readonly FaultSpan[],
  start: Nanoseconds | null,
): ReportStep[] {
  const turns = spans
    .slice(0, MOST_SPANS)
    .flatMap(({ began, ended }) => [began, ended])
    .filter((one) => one !== null);
  const told = turns.reduce<readonly ReportStep[]>((all, turn) => {
    const later = all.findIndex(({ time }) => time !== null && time > turn.at);
    return all.toSpliced(later < 0 ? all.length : later, 0, stepOf(turn, start ?? turn.at));
  }, steps);
  return told.map((step, at) => ({ ...step, n: at + 1 }));
}

function stepOf({ at, words, told }: Turn, start: Nanoseconds): ReportStep {
  const when = span(at, start);
  return {
    n: 0,
    netns: told?.netns ?? null,
    interface: null,
    direction: null,
    time: at,
    basis: told === null || told.by === "reading" ? "state" : "kernel",
    text: text(`${when.en}: ${words.en}`, `${when.zh}：${words.zh}`),
    frames: [],
    state: [],
  };
}

function span(at: Nanoseconds, start: Nanoseconds): Text {
  const seconds = (Number(at - start) / 1e9).toFixed(1);
  const words = at < start ? `${seconds} s` : `+${seconds} s`;
  return text(words, words.replace(" s", " 秒"));
}
