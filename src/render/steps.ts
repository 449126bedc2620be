// The numbered steps: when, where, what happened, and how we know it. Laid out by hand, not with cli-table3: 40 lines take
// that 20 ms, a third of what a whole run may take beyond an empty Node.

import { formatFrame } from "../model/evidence.ts";
import type { FrameRef } from "../model/packet.ts";
import type { FlowReport, ReportStep } from "../model/report.ts";
import { printable, text } from "../model/text.ts";
import { formatSpan } from "../model/time.ts";
import { formatVantage } from "../model/vantage.ts";
import { everyStep, foldedSteps } from "./fold.ts";
import type { Page } from "./page.ts";
import type { Look } from "./style.ts";
import { displayWidth, fill, padEnd, padStart, wrap } from "./width.ts";
import { BASIS, WORDS } from "./words.ts";

const GAP = 2;
const WIDEST_PLACE = 18;
// More lines of state than this only with -v: a step of many sysctls would bury the next one.
const QUOTED = 2;

interface Line {
  readonly n: string;
  readonly time: string;
  readonly place: readonly string[];
  readonly said: string;
  readonly basis: string;
  readonly look: Look;
  readonly quotes: readonly string[];
}

/** The table of steps, as wide as the page; with -v all of them. */
export function stepLines(page: Page, flow: Pick<FlowReport, "steps" | "findings">): string[] {
  if (flow.steps.length === 0) return [];
  const folded = page.verbose ? everyStep(flow.steps) : foldedSteps(flow);
  const times = timesOf(folded.flatMap((row) => (row.kind === "step" ? [row.step] : [])));
  let told = 0;
  const rows = folded.map((row): Line => {
    if (row.kind === "gap") return gapLine(page, row.first, row.last);
    const { step } = row;
    return {
      n: row.last === step.n ? String(step.n) : `${step.n}-${row.last}`,
      time: times[told++] ?? "",
      place: wrap(placeOf(page, step), WIDEST_PLACE),
      said: [page.say(step.text), ...(step.frames.length === 0 ? [] : [`[${framesAt(step)}]`])].join(" "),
      basis: page.say(BASIS[step.basis]),
      look: step.basis === "missing" ? "bad" : "label",
      quotes: quotesOf(page, step),
    };
  });
  const widest = (cells: readonly string[]): number => Math.max(0, ...cells.map(displayWidth));
  const n = widest(rows.map((r) => r.n));
  const time = widest(rows.map((r) => r.time));
  const place = widest(rows.flatMap((r) => r.place));
  const basis = widest(rows.map((r) => r.basis));
  // Predictions have no times: then the column goes.
  const before = n + GAP + (time === 0 ? 0 : time + GAP) + place + GAP;
  const said = page.width - before - GAP - basis;
  const lines: string[] = [];
  for (const row of rows) {
    const sentence = wrap(row.said, said);
    for (let k = 0; k < Math.max(sentence.length, row.place.length); k++) {
      const first = k === 0;
      const cells = [
        padStart(first ? row.n : "", n),
        ...(time === 0 ? [] : [page.style("faint", padEnd(first ? row.time : "", time))]),
        page.style("faint", padEnd(row.place[k] ?? "", place)),
        first ? padEnd(sentence[k] ?? "", said) : (sentence[k] ?? ""),
        ...(first ? [page.style(row.look, row.basis)] : []),
      ];
      lines.push(cells.join(" ".repeat(GAP)).trimEnd());
    }
    const quotes = fill(row.quotes, "; ", page.width - before - 2);
    for (const line of quotes) {
      lines.push(`${" ".repeat(before + 2)}${page.style("faint", line)}`);
    }
  }
  return lines;
}

function gapLine(page: Page, first: number, last: number): Line {
  const sentence = text(
    `… ${last - first + 1} more steps (-v shows them)`,
    `……中间 ${last - first + 1} 步略去（-v 可显示）`,
  );
  return { n: "…", time: "", place: [""], said: page.say(sentence), basis: "", look: "label", quotes: [] };
}

// The row already says where: frames of its own interface need only their numbers.
function framesAt(step: ReportStep): string {
  const own = step.interface === null ? null : `${step.netns ? `${step.netns}:` : ""}${step.interface}`;
  const named = step.direction !== null || step.basis === "kernel";
  const here = named && step.frames.every((frame) => formatVantage(frame.vantage) === own);
  const all = framesOf(step.frames);
  return here ? all.slice(all.indexOf("#")) : all;
}

/** Times since the first step; none where one has a date and the other has not. */
export function timesOf(steps: readonly ReportStep[]): string[] {
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

/** `net0:veth0 >` for a frame that goes out there, `net0 stack` for what happens inside. */
export function placeOf(page: Page, step: ReportStep): string {
  const netns = step.netns ? `${printable(step.netns)}:` : "";
  if (step.interface === null)
    return step.netns ? `${printable(step.netns)} ${page.say(WORDS.stack)}` : page.say(WORDS.stack);
  const arrow = step.direction === "out" ? " >" : step.direction === "in" ? " <" : "";
  return `${netns}${printable(step.interface)}${arrow}`;
}

/** The lines of state that a step rests on. */
export function quotesOf(page: Page, step: ReportStep): string[] {
  // That a frame came out of the other end was seen: the line of the pair adds nothing to it.
  const telling = step.state.filter((s) => page.verbose || step.basis !== "seen" || s.key !== "link");
  const assumed = page.language === "zh" ? "（假定）" : " (assumed)";
  const lines = [...new Set(telling.map((s) => `${printable(s.line)}${s.assumed ? assumed : ""}`))];
  if (page.verbose || lines.length <= QUOTED) return lines;
  return [
    ...lines.slice(0, QUOTED),
    page.language === "zh" ? `…（另有 ${lines.length - QUOTED} 行）` : `… (${lines.length - QUOTED} more)`,
  ];
}

/** `veth0#1`, `veth0#2,#3`, `veth0#2…#9` (from #2 to #9): several frames of one vantage name it once. */
export function framesOf(frames: readonly FrameRef[]): string {
  const byVantage = new Map<string, FrameRef[]>();
  for (const frame of frames) {
    const place = formatVantage(frame.vantage);
    const same = byVantage.get(place);
    if (!same) byVantage.set(place, [frame]);
    else if (!same.some((f) => f.number === frame.number)) same.push(frame);
  }
  const parts = [...byVantage.values()].map((same) => {
    const first = formatFrame(same[0] as FrameRef);
    const last = same.at(-1) as FrameRef;
    if (same.length === 1) return first;
    // Of many frames only the first and the last may have been kept.
    return same.length === 2 && last.number === (same[0] as FrameRef).number + 1
      ? `${first},#${last.number}`
      : `${first}…#${last.number}`;
  });
  return printable(parts.join(" "));
}
