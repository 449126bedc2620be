// The numbered steps: when, where, what happened, and how we know it. A screen has them folded into fewer rows.

import type { FlowReport, ReportStep } from "../../model/report.ts";
import { printable, text } from "../../model/text.ts";
import { formatSpan } from "../../model/time.ts";
import { formatVantage } from "../../model/vantage.ts";
import { BASIS, basisOf, WORDS } from "../words.ts";
import { DETAIL, FULL, PAGE, type Part, type Span, type StepQuote, type StepRow, USUAL } from "./document.ts";
import { foldings } from "./fold.ts";
import { framesOf } from "./frames.ts";
import { literal, words } from "./spans.ts";
import type { Voice } from "./voice.ts";

// More lines of state than this only with -v: a step of many sysctls would bury the next one.
const QUOTED = 2;

/** The steps of a flow, whole and in ever fewer rows. */
export function stepsPart(voice: Voice, flow: Pick<FlowReport, "steps" | "findings" | "flow">): Part[] {
  const { steps } = flow;
  if (steps.length === 0) return [];
  const times = timesOf(steps);
  const rows = steps.map((step, index) => rowOf(voice, step, { n: `${step.n}`, time: times[index] ?? "" }));
  const folded = foldings(flow).map((some) =>
    some.map((row): StepRow => {
      if (row.kind === "gap") return gapRow(voice, row.first, row.last);
      const { step, last, decides } = row;
      const first = steps.findIndex((one) => one.n === step.n);
      const end = steps.findIndex((one) => one.n === last);
      const time = times.slice(first, end + 1).find((one) => one !== "") ?? "";
      return { ...rowOf(voice, step, { n: last === step.n ? `${step.n}` : `${step.n}-${last}`, time }), decides };
    }),
  );
  return [{ kind: "steps", levels: USUAL, label: voice.say(WORDS.steps), rows, folded, flow: flow.flow.id }];
}

function rowOf(voice: Voice, step: ReportStep, { n, time }: Pick<StepRow, "n" | "time">): StepRow {
  return {
    n,
    time,
    where: placeOf(voice, step),
    said: voice.say(step.text),
    frames: framesOf(step.frames, step.total),
    framesHere: framesAt(step),
    basis: voice.say(BASIS[step.basis]),
    basisInFull: voice.say(basisOf(step.basis, step.state)),
    missing: step.basis === "missing",
    decides: false,
    quotes: quotesOf(voice, step),
    step,
  };
}

function gapRow(voice: Voice, first: number, last: number): StepRow {
  const count = last - first + 1;
  const said = voice.say(text(`… ${count} more steps (-v shows them)`, `……中间 ${count} 步略去（-v 可显示）`));
  const nothing = {
    time: "",
    frames: "",
    framesHere: "",
    basis: "",
    basisInFull: "",
    missing: false,
    decides: false,
    quotes: [],
  };
  return { n: "…", where: words(""), said, step: null, ...nothing };
}

// The row already says where: frames of its own interface need only their numbers.
function framesAt(step: ReportStep): string {
  const own = step.interface === null ? null : `${step.netns ? `${step.netns}:` : ""}${step.interface}`;
  const named = step.direction !== null || step.basis === "kernel";
  const here = named && step.frames.every((frame) => formatVantage(frame.vantage) === own);
  const all = framesOf(step.frames, step.total);
  return here ? all.slice(all.indexOf("#")) : all;
}

// Times since the first step; none where one has a date and the other has not.
function timesOf(steps: readonly ReportStep[]): string[] {
  const first = steps.find((step) => step.time !== null);
  return steps.map((step) => {
    if (first === undefined || first.time === null || step.time === null) return "";
    const comparable = step.frames.length === 0 || isUndated(step) === isUndated(first);
    return comparable ? formatSpan(step.time - first.time) : "";
  });
}

function isUndated({ frames }: ReportStep): boolean {
  return frames.some(({ vantage }) => vantage.undated === true);
}

// `net0:veth0 >` for a frame that goes out there, `net0 stack` for what happens inside.
function placeOf(voice: Voice, step: ReportStep): Span {
  const netns = step.netns ? printable(step.netns) : "";
  if (step.interface === null) return words(`${netns === "" ? "" : `${netns} `}${voice.say(WORDS.stack)}`);
  const arrow = step.direction === "out" ? " >" : step.direction === "in" ? " <" : "";
  return literal(`${netns === "" ? "" : `${netns}:`}${printable(step.interface)}${arrow}`);
}

// The lines of state that a step rests on, each once.
function quotesOf(voice: Voice, step: ReportStep): StepQuote[] {
  const assumed = voice.say(text(" (assumed)", "（假定）"));
  // That a frame came out of the other end was seen: the line of the pair adds nothing to it.
  const telling = new Map<string, boolean>();
  for (const { line, key, assumed: guessed } of step.state) {
    const said = `${printable(line)}${guessed ? assumed : ""}`;
    telling.set(said, (telling.get(said) ?? false) || step.basis !== "seen" || key !== "link");
  }
  const short = [...telling].filter(([, tells]) => tells).map(([said]) => said);
  const shown = new Set(short.slice(0, QUOTED));
  const quotes = [...telling.keys()].map(
    (said): StepQuote => ({ levels: shown.has(said) ? DETAIL : FULL, span: literal(said) }),
  );
  const rest = short.length - shown.size;
  if (rest === 0) return quotes;
  const more = words(voice.say(text(`… (${rest} more)`, `…（另有 ${rest} 行）`)));
  return [...quotes, { levels: PAGE, span: more }];
}
