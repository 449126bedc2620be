// How a screen tells many steps in few rows: what went well, what happened to copies and what followed the end are told as
// one, in an order of rising loss. The steps keep their numbers, so that a report, its -v form and its JSON can be read side
// by side.

import { formatFrame } from "../../model/evidence.ts";
import type { Finding } from "../../model/finding.ts";
import type { FlowReport, ReportStep } from "../../model/report.ts";
import type { Text } from "../../model/text.ts";
import { ARP_ROUND, wayWords } from "./fold-words.ts";

/** One row of the table: a step, several that are told as one, or a gap. */
export type FoldedRow =
  | { readonly kind: "step"; readonly step: ReportStep; readonly last: number; readonly decides: boolean }
  | { readonly kind: "gap"; readonly first: number; readonly last: number };

// Steps from one index to another, told in one row.
interface Range {
  readonly from: number;
  readonly to: number;
  readonly as: ReportStep;
}

type Told = Pick<FlowReport, "steps" | "findings"> & { readonly flow: Pick<FlowReport["flow"], "kind"> };

/** How many foldings cost nothing that a short story is about. */
export const FOLDS = 3;

// Rows that are left where even the folds are too many: from then on the middle goes.
const MOST_ROWS = [12, 10, 8, 6, 5, 4];

/**
 * The rows of the steps, from every step for itself to very few of them, each as short as the one before or shorter: first
 * what went well, went aside or followed is folded (FOLDS), then even what leads to the end, and then the middle goes.
 */
export function foldings(told: Told): FoldedRow[][] {
  const { steps } = told;
  const end = endOf(steps);
  const stages: ((t: Told, end: number) => Range[])[] = [
    goodRounds,
    sideBranches,
    aftermath,
    waysBack,
    waysOut,
    endings,
    legsWhole,
    opening,
    allRounds,
    wayIntoEnd,
  ];
  const found: Range[] = [];
  const made = [rowsOf(told, found, end)];
  for (const stage of stages) {
    const ranges = stage(told, end);
    found.push(...ranges.filter((one) => !cuts(one, found) && !endsIn(steps, one)));
    made.push(rowsOf(told, found, end));
  }
  const last = made.at(-1) as FoldedRow[];
  return [...made, ...MOST_ROWS.map((most) => (most < last.length ? withGap(last, most, tellsOf(told)) : last))];
}

// Index of the step at which the way ends, where it does: what comes after it follows from it.
function endOf(steps: readonly ReportStep[]): number {
  return steps.findLastIndex(
    ({ walk, branch = 0, basis }) =>
      (branch === 0 && (walk?.kind === "stop" || walk?.kind === "open")) || basis === "missing",
  );
}

// Half in another fold and half out of it.
function cuts({ from, to }: Range, others: readonly Range[]): boolean {
  return others.some(
    (one) => (from < one.from && one.from <= to && to < one.to) || (one.from < from && from <= one.to && one.to < to),
  );
}

function endsIn(steps: readonly ReportStep[], { from, to }: Range): boolean {
  return steps.slice(from, to + 1).some(({ walk, branch = 0 }) => branch === 0 && walk?.kind === "stop");
}

function rowsOf({ steps }: Told, ranges: readonly Range[], end: number): FoldedRow[] {
  const rows: FoldedRow[] = [];
  for (let at = 0; at < steps.length; at++) {
    const here = ranges.filter(({ from }) => from === at).sort((a, b) => b.to - a.to)[0];
    const step = steps[at] as ReportStep;
    const last = here?.to ?? at;
    const row = here?.as ?? step;
    rows.push({ kind: "step", step: { ...row, n: step.n }, last: (steps[last] as ReportStep).n, decides: at === end });
    at = last;
  }
  return rows;
}

// The end is what people look for; the beginning they know. Where the kernel said what became of a packet, that stays too,
// with what led there.
function withGap(rows: readonly FoldedRow[], most: number, isTold: (row: FoldedRow) => boolean): FoldedRow[] {
  const head = Math.max(1, Math.floor((most - 1) / 3));
  const tail = most - 1 - head;
  const told = rows.findIndex(isTold);
  const isHidden = told >= head && told < rows.length - tail;
  // Two gaps, and what is between them.
  if (!isHidden || most < MOST_ROWS_OF_TWO_GAPS) return cutOut(rows, head, rows.length - tail);
  const before = Math.max(head, told - Math.max(0, tail - 3));
  const after = told + 1;
  const last = Math.max(after, rows.length - (most - 2 - head - (after - before)));
  return cutOut(cutOut(rows, after, last), head, before);
}

const MOST_ROWS_OF_TWO_GAPS = 5;

// What the kernel dropped on the way of an answer was a copy beside it.
function tellsOf({ findings }: Told): (row: FoldedRow) => boolean {
  const failed = findings.some(({ severity }) => severity === "problem");
  return (row) => row.kind === "step" && (row.decides || (failed && row.step.basis === "kernel"));
}

function cutOut(rows: readonly FoldedRow[], from: number, to: number): FoldedRow[] {
  if (to - from < 2) return [...rows];
  const gap: FoldedRow = { kind: "gap", first: numbersOf(rows[from])[0], last: numbersOf(rows[to - 1])[1] };
  return [...rows.slice(0, from), gap, ...rows.slice(to)];
}

function numbersOf(row: FoldedRow | undefined): [number, number] {
  if (row === undefined) return [0, 0];
  return row.kind === "gap" ? [row.first, row.last] : [row.step.n, row.last];
}

function goodRounds({ steps, findings }: Told): Range[] {
  return roundsOf(steps).filter(({ from, to }) => !findings.some((one) => restsOn(one, steps.slice(from, to + 1))));
}

function allRounds({ steps }: Told): Range[] {
  return roundsOf(steps);
}

function roundsOf(steps: readonly ReportStep[]): Range[] {
  const ranges: Range[] = [];
  for (let from = 0; from < steps.length; from++) {
    const to = endOfRound(steps, from);
    if (to === null || to === steps.length - 1) continue;
    const round = steps.slice(from, to + 1);
    ranges.push({ from, to, as: asOne(round, ARP_ROUND) });
    from = to;
  }
  return ranges;
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

// What happened to each copy beside the way that counts ends in its last step.
function sideBranches({ steps }: Told): Range[] {
  return runsOf(steps, (step) => step.walk !== undefined && (step.branch ?? 0) !== 0, sameBranch).flatMap(
    ([from, to]) =>
      to > from ? [{ from, to, as: asOne(steps.slice(from, to + 1), (steps[to] as ReportStep).text) }] : [],
  );
}

function sameBranch(a: ReportStep, b: ReportStep): boolean {
  return a.branch === b.branch;
}

// An error comes back, or an entry is given up: what the program hears of it is the last step.
function aftermath({ steps }: Told, end: number): Range[] {
  const [from, to] = [end + 1, steps.length - 1];
  if (end < 0 || to <= from) return [];
  return [{ from, to, as: asOne(steps.slice(from), (steps[to] as ReportStep).text) }];
}

const PASSING = new Set(["transmit", "cross", "bridge", "receive", "loopback"]);
const isPassing = ({ walk, basis, branch = 0 }: ReportStep): boolean =>
  walk !== undefined && branch === 0 && basis !== "missing" && PASSING.has(walk.kind);
const sameLeg = (a: ReportStep, b: ReportStep): boolean => a.walk?.leg === b.walk?.leg;

// From one stack to the next, three steps or more.
function waysOf({ steps, flow }: Told, counts: (step: ReportStep) => boolean): Range[] {
  return runsOf(steps, (step) => isPassing(step) && counts(step), sameLeg).flatMap(([from, to]) => {
    const way = steps.slice(from, to + 1);
    return to - from < 2 ? [] : [{ from, to, as: asOne(way, wayWords(way, flow.kind)) }];
  });
}

function waysBack(told: Told, end: number): Range[] {
  const last = told.steps[end]?.walk?.leg;
  return waysOf(told, ({ walk }) => walk?.leg !== last && /^reply|^error/.test(walk?.leg ?? ""));
}

function waysOut(told: Told, end: number): Range[] {
  const last = told.steps[end]?.walk?.leg;
  return waysOf(told, ({ walk }) => walk?.leg !== last);
}

function wayIntoEnd(told: Told): Range[] {
  return waysOf(told, () => true);
}

// A packet's whole way through routers, with the rounds of ARP that it took.
function legsWhole(told: Told, end: number): Range[] {
  const { steps, flow } = told;
  return ["request", "reply"].flatMap((leg) => {
    const own = (step: ReportStep): boolean => isPassing(step) && step.walk?.leg === leg;
    const [from, to] = [steps.findIndex(own), steps.findLastIndex(own)];
    const way = steps.slice(from, to + 1);
    const isWhole = from >= 0 && to - from > 2 && way.every(({ walk, basis }) => walk && basis !== "missing");
    if (!isWhole || (from <= end && end <= to)) return [];
    return [{ from, to, as: asOne(way, wayWords(way.filter(own), flow.kind)) }];
  });
}

// How a packet gets its route, and how one is taken in.
function opening({ steps }: Told): Range[] {
  const first = steps.findIndex(({ walk }) => walk?.kind === "neighbour" || walk?.kind === "transmit");
  return first < 2 ? [] : [{ from: 0, to: first - 1, as: asOne(steps.slice(0, first), textAt(steps, first - 1)) }];
}

function endings({ steps }: Told, end: number): Range[] {
  const isEnding = ({ walk, branch = 0 }: ReportStep): boolean =>
    branch === 0 && (walk?.kind === "deliver" || walk?.kind === "socket-receive");
  const isAnswering = ({ walk, branch = 0, direction }: ReportStep): boolean =>
    branch === 0 && direction === null && walk?.leg === "reply" && /route|source|neighbour/.test(walk.kind);
  const rangesOf = (is: (step: ReportStep) => boolean, told: "first" | "last"): Range[] =>
    runsOf(steps, is, sameLeg).flatMap(([from, to]) =>
      to > from && !(from <= end && end <= to)
        ? [{ from, to, as: asOne(steps.slice(from, to + 1), textAt(steps, told === "first" ? from : to)) }]
        : [],
    );
  return [...rangesOf(isEnding, "last"), ...rangesOf(isAnswering, "first")];
}

function textAt(steps: readonly ReportStep[], index: number): Text {
  return (steps[index] as ReportStep).text;
}

function runsOf(
  steps: readonly ReportStep[],
  belongs: (step: ReportStep) => boolean,
  together: (a: ReportStep, b: ReportStep) => boolean,
): [number, number][] {
  const runs: [number, number][] = [];
  steps.forEach((step, at) => {
    if (!belongs(step)) return;
    const run = runs.at(-1);
    if (run !== undefined && run[1] === at - 1 && together(steps[run[1]] as ReportStep, step)) run[1] = at;
    else runs.push([at, at]);
  });
  return runs;
}

function asOne(some: readonly ReportStep[], words: Text): ReportStep {
  const [first] = some;
  const last = some.at(-1) as ReportStep;
  const passes = some.filter((step) => step.direction !== null);
  const unseen = passes.some((step) => step.basis !== "seen");
  return {
    ...last,
    n: (first as ReportStep).n,
    netns: (first as ReportStep).netns,
    interface: (first as ReportStep).interface,
    direction: null,
    time: some.find((step) => step.time !== null)?.time ?? null,
    basis:
      passes.length === 0
        ? last.basis
        : unseen
          ? (passes.find((s) => s.basis !== "seen")?.basis ?? "inferred")
          : "seen",
    text: words,
    frames: some.flatMap((step) => step.frames),
    total: totalOf(some),
    state: [],
  };
}

/** How many frames these steps stand for. */
export function totalOf(steps: readonly ReportStep[]): number {
  return steps.reduce((sum, { total, frames }) => sum + (total ?? frames.length), 0);
}
