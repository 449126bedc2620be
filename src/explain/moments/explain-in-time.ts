// A flow explained by the moments of its time: each fault that took some of its requests, when it came and when it went.

import type { Finding, Fix } from "../../model/finding.ts";
import type { Flow } from "../../model/flow.ts";
import type { SystemState } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import type { Case } from "../case.ts";
import type { WalkChoice } from "../choose-walk.ts";
import type { DropFinder } from "../drop-finder.ts";
import { type ExplainedFlow, explainFlow } from "../explain-flow.ts";
import { changesBetween } from "../since/changes.ts";
import { isStopped } from "../walk-of.ts";
import { endOf, type FaultSpan, faultSpans, stopsAlike } from "./fault.ts";
import { makeLostFlow } from "./lost-flow.ts";
import { isLost, type Moments } from "./of-flow.ts";
import { withSpans, withTurns } from "./told.ts";
import { undoingFix } from "./undo.ts";
import { wordsOf } from "./words.ts";

// Faults that follow each other in one ping; each is a search of its own.
const MOST_FAULTS = 4;

/** Explains one flow, by the states of its own time where the monitors told of changes. */
export function explainInTime(subject: Case, drops: DropFinder, flow: Flow): ExplainedFlow {
  const { timeline } = subject;
  return timeline === null
    ? explainFlow(subject, drops, flow)
    : partly({ subject, drops, timeline }, flow, MOST_FAULTS);
}

interface InTime {
  readonly subject: Case;
  readonly drops: DropFinder;
  readonly timeline: Moments;
}

function partly(all: InTime, flow: Flow, left: number): ExplainedFlow {
  const { subject, drops, timeline } = all;
  const states = timeline.statesOf(flow, endOf(subject, flow));
  const own: Case = { ...subject, ...states, view: subject.view.at(states.state) };
  const whole = explainFlow(own, drops, flow);
  const { walk } = whole.choice;
  if (!isStopped(walk) || !walk.fits) return left > 0 ? byMoments(all, flow, whole) : whole;
  const spans = faultSpans(own, timeline, flow, walk.comparison.trace);
  const told = withTimes(whole, {
    flow,
    spans,
    interval: notMonitored(own, timeline, whole.choice),
    now: timeline.last,
  });
  const rest = left > 1 ? restOf(flow, spans) : null;
  return rest === null ? told : withFurther(told, partly(all, rest, left - 1));
}

interface Times {
  readonly flow: Flow;
  readonly spans: readonly FaultSpan[];
  readonly interval: Text | null;
  /** The state in the end. */
  readonly now: SystemState;
}

function withTimes(whole: ExplainedFlow, { flow, spans, interval, now }: Times): ExplainedFlow {
  const { report, observed, choice } = whole;
  const [main, ...besides] = report.findings;
  if (main === undefined) return whole;
  const timed = interval === null ? withSpans(main, spans, flow, observed) : withInterval(main, interval);
  const { began, ended } = spans.at(-1) ?? { began: null, ended: null };
  const attempt = choice.walk?.comparison.trace.attempt;
  const back =
    began?.change && ended === null && attempt !== undefined ? undoingFix(began.change, began, now, attempt) : null;
  const others = timed.fixes.filter((fix) => fix.command !== back?.command && isSmaller(fix, back));
  const fixes = back === null ? timed.fixes : [back, ...others];
  const steps = withTurns(report.steps, spans, flow.from);
  return { ...whole, spans, report: { ...report, findings: [{ ...timed, fixes }, ...besides], steps } };
}

// What needs more than to take one change back changes something that was right before.
function isSmaller({ edits = [] }: Fix, back: Fix | null): boolean {
  return edits.length <= (back?.edits?.length ?? 0);
}

// What was found by reading again, without a monitor that tells when: the one change that alone would end the walk so.
function notMonitored(subject: Case, timeline: Moments, { state, walk }: WalkChoice): Text | null {
  const found = timeline.momentOf(state);
  const trace = walk?.comparison.trace;
  if (found === null || found.exact || state === null || trace === undefined) return null;
  const before = found.moment.state;
  const way = new Set(trace.hops.map(({ netns }) => netns));
  const changes = changesBetween(before, state).filter(({ follows, netns }) => !follows && way.has(netns));
  const decides = changes.slice(0, MOST_CHANGES).find(({ make }) => stopsAlike(subject, make(before), trace));
  const change = decides ?? changes[0];
  return change === undefined ? null : wordsOf(change, before, state);
}

const MOST_CHANGES = 24;

function withInterval(finding: Finding, words: Text): Finding {
  const told = text(
    `meanwhile, ${words.en}: at some time between the two readings of the state, and no monitor tells when`,
    `其间${words.zh}：变化发生在两次读取状态之间，没有监视器给出具体时刻`,
  );
  return {
    ...finding,
    summary: text(`${sentence(told.en)} ${finding.summary.en}`, `${told.zh}。${finding.summary.zh}`),
    evidence: [finding.evidence[0], { basis: "state", text: told }, ...finding.evidence.slice(1)],
  };
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

// What was lost outside the stretches in which this fault was there had another reason.
function restOf(flow: Flow, spans: readonly FaultSpan[]): Flow | null {
  if (spans.length === 0) return null;
  return makeLostFlow(flow, ({ from, to }) =>
    spans.every(
      ({ began, ended }) =>
        (began !== null && to !== null && to < began.at - SLACK) ||
        (ended !== null && from !== null && from > ended.at),
    ),
  );
}

const SLACK = 50_000_000n;

function withFurther(told: ExplainedFlow, further: ExplainedFlow): ExplainedFlow {
  const { walk } = further.choice;
  const known = new Set(told.report.findings.map(({ code }) => code));
  const fresh = further.report.findings.filter(({ code }) => code !== "answered" && !known.has(code));
  if (!isStopped(walk) || !walk.fits || fresh.length === 0) return told;
  const { report } = told;
  // What is over needs nobody any more; what is still so comes first.
  const isOver = ({ spans = [] }: ExplainedFlow): boolean => spans.at(-1)?.ended != null;
  const order = isOver(told) && !isOver(further) ? [...fresh, ...report.findings] : [...report.findings, ...fresh];
  const steps = withTurns(report.steps, further.spans ?? [], report.flow.from);
  return { ...told, report: { ...report, findings: order, steps } };
}

// No one fault explains all that was lost: each moment's loss is explained by itself.
function byMoments(all: InTime, flow: Flow, whole: ExplainedFlow): ExplainedFlow {
  const signatures = flow.echoOutcomes.filter((one) => isLost(one, flow.netns)).map(({ signature }) => signature);
  const moments = [...new Set(signatures.map(momentIn))];
  if (moments.length < 2) return whole;
  const parts = moments.slice(0, MOST_FAULTS).flatMap((moment) => {
    const part = makeLostFlow(flow, ({ signature }) => momentIn(signature) === moment);
    const explained = part === null ? null : partly(all, part, 0);
    return explained !== null && isStopped(explained.choice.walk) && explained.choice.walk.fits ? [explained] : [];
  });
  const [first, ...others] = parts;
  if (first === undefined) return whole;
  const { report } = others.reduce(withFurther, first);
  return { ...whole, report: { ...report, flow, verdict: whole.report.verdict } };
}

function momentIn(signature: string): string {
  return / @(\d+)$/.exec(signature)?.[1] ?? "0";
}
