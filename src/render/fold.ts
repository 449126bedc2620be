// What a short report leaves for -v: ARP rounds that went as they should, and the middle of a very long way. The steps keep
// their numbers, so that a report, its -v form and its JSON can be read side by side.

import { formatFrame } from "../model/evidence.ts";
import type { Finding } from "../model/finding.ts";
import type { FlowReport, ReportStep } from "../model/report.ts";
import { type Text, text } from "../model/text.ts";

/** One row of the table: a step, several that are told as one, or a gap. */
export type StepRow =
  | { readonly kind: "step"; readonly step: ReportStep; readonly last: number }
  | { readonly kind: "gap"; readonly first: number; readonly last: number };

// A report of about 40 lines: a way of more rows than these loses its middle, not its ends.
const MOST_ROWS = 24;
const HEAD = 11;
// A way this short is told whole: somebody may be here to learn what ARP does.
const SHORT = 14;

/** Every step as a row of its own. */
export function everyStep(steps: readonly ReportStep[]): StepRow[] {
  return steps.map((step) => ({ kind: "step", step, last: step.n }));
}

/** The rows of a short report. */
export function foldedSteps({ steps, findings }: Pick<FlowReport, "steps" | "findings">): StepRow[] {
  if (steps.length <= SHORT) return everyStep(steps);
  const rows: StepRow[] = [];
  for (let at = 0; at < steps.length; at++) {
    const end = endOfRound(steps, at);
    const round = end === null ? [] : steps.slice(at, end + 1);
    if (end !== null && end < steps.length - 1 && !findings.some((finding) => restsOn(finding, round))) {
      rows.push({ kind: "step", step: roundAsOne(round), last: (steps[end] as ReportStep).n });
      at = end;
    } else {
      const step = steps[at] as ReportStep;
      rows.push({ kind: "step", step, last: step.n });
    }
  }
  if (rows.length <= MOST_ROWS) return rows;
  const cut = rows.slice(HEAD, rows.length - (MOST_ROWS - HEAD - 1));
  const gap: StepRow = { kind: "gap", first: numbersOf(cut[0])[0], last: numbersOf(cut.at(-1))[1] };
  return [...rows.slice(0, HEAD), gap, ...rows.slice(HEAD + cut.length)];
}

function numbersOf(row: StepRow | undefined): [number, number] {
  if (row === undefined) return [0, 0];
  return row.kind === "gap" ? [row.first, row.last] : [row.step.n, row.last];
}

// Index of the step that fills the neighbour entry, where an ARP round begins here and nothing in it is out of order.
function endOfRound(steps: readonly ReportStep[], start: number): number | null {
  if (steps[start]?.walk?.kind !== "neighbour") return null;
  for (let at = start + 1; at < steps.length; at++) {
    const step = steps[at] as ReportStep;
    if (!step.walk?.leg.includes("arp-") || step.basis === "missing") return null;
    if (step.walk.kind === "arp-answer") return at;
  }
  return null;
}

// A cause that speaks of ARP is told with its ARP.
function restsOn(finding: Finding, round: readonly ReportStep[]): boolean {
  if (finding.code === "answered") return false;
  const lines = new Set(round.flatMap((step) => step.state.map((s) => `${s.netns} ${s.key} ${s.line}`)));
  const frames = new Set(round.flatMap((step) => step.frames.map(formatFrame)));
  return finding.evidence.some(
    (one) =>
      (one.state !== undefined && lines.has(`${one.state.netns} ${one.state.key} ${one.state.line}`)) ||
      (one.frames ?? []).some((frame) => frames.has(formatFrame(frame))),
  );
}

function roundAsOne(round: readonly ReportStep[]): ReportStep {
  const [first] = round;
  const last = round.at(-1) as ReportStep;
  const frames = round.flatMap((step) => step.frames);
  const passes = round.filter((step) => step.direction !== null);
  return {
    ...last,
    n: (first as ReportStep).n,
    time: round.find((step) => step.time !== null)?.time ?? null,
    basis: passes.length > 0 && passes.every((step) => step.basis === "seen") ? "seen" : last.basis,
    text: roundWords(last.text),
    frames,
    state: [],
  };
}

function roundWords(learned: Text): Text {
  return text(`after one ARP round ${learned.en}`, `ARP 一问一答之后，${learned.zh}`);
}
