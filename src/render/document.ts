// The report as a document of blocks, which Markdown and HTML then write in their own ways. Words in it are already safe
// for a terminal; escaping is the writers' part.

import { type Evidence, formatFrame } from "../model/evidence.ts";
import type { Finding } from "../model/finding.ts";
import type { Drawing, FlowReport, Report, Verdict } from "../model/report.ts";
import { printable, type Text, text } from "../model/text.ts";
import { formatVantage } from "../model/vantage.ts";
import { leavesOpen, mainFlow, noAnswerLines, outcomeLines } from "./answer.ts";
import { countLines, spanOf } from "./inputs.ts";
import { type Page, pageOf, type TextOptions } from "./page.ts";
import { framesOf, placeOf, quotesOf, timesOf } from "./steps.ts";
import { basisOf, CERTAINTY, WORDS } from "./words.ts";

/** What a document needs to be written. */
export type DocumentOptions = Pick<TextOptions, "language" | "verbose" | "titleOf" | "predicted"> & {
  /** Version of the tool. */
  readonly version: string;
};

/** A piece of a sentence. */
export interface Span {
  readonly kind: "words" | "code" | "strong";
  readonly text: string;
}

export type Block =
  | { readonly kind: "title"; readonly level: 1 | 2; readonly verdict: Verdict; readonly spans: readonly Span[] }
  | { readonly kind: "paragraph"; readonly label: string | null; readonly spans: readonly Span[] }
  | { readonly kind: "drawing"; readonly drawing: Drawing }
  | { readonly kind: "table"; readonly label: string; readonly head: readonly string[]; readonly rows: readonly Row[] }
  | { readonly kind: "list"; readonly label: string; readonly items: readonly (readonly Span[])[] }
  | { readonly kind: "commands"; readonly label: string; readonly items: readonly CommandItem[] }
  | { readonly kind: "small"; readonly label: string | null; readonly spans: readonly Span[] };

export interface Row {
  readonly cells: readonly (readonly Span[])[];
  /** What should have been seen and was not. */
  readonly missing: boolean;
}
interface CommandItem {
  /** Empty where nothing is to be typed. */
  readonly command: string;
  readonly said: readonly Span[];
}

const NO_BREAKS = 1e6;

/** Page on which no sentence is broken: Markdown and HTML break lines themselves. */
export function widePage(options: DocumentOptions): Page {
  return pageOf({ ...options, width: NO_BREAKS, color: false });
}

/** The blocks of a report, the answer first. */
export function documentOf(page: Page, report: Report, version: string): Block[] {
  const main = mainFlow(report, page);
  const others = report.flows.filter((f) => f !== main);
  const manyPlaces = new Set(report.flows.map((f) => f.flow.netns)).size > 1;
  const blocks: Block[] = [];
  if (main === null || (!page.predicted && leavesOpen(report)))
    blocks.push({
      kind: "title",
      level: 1,
      verdict: "cannot-tell",
      spans: spansOf(noAnswerLines(page, report)[0] ?? ""),
    });
  if (main !== null) blocks.push(...flowBlocks(page, main, manyPlaces, blocks.length === 0 ? 1 : 2));
  blocks.push(...otherBlocks(page, others, manyPlaces), ...remarks(page, report));
  blocks.push(...commandBlock(page, report), ...inputBlock(page, report));
  const read = [...countLines(page, report.inputs), `pktwhy ${version}`];
  blocks.push({ kind: "small", label: null, spans: spansOf(read.join(" · ")) });
  return blocks;
}

function flowBlocks(page: Page, flow: FlowReport, withNamespace: boolean, level: 1 | 2): Block[] {
  const [first, ...further] = flow.findings;
  const outcome = outcomeLines(page, flow, withNamespace).join("");
  const { verdict } = flow;
  if (first === undefined)
    return [{ kind: "title", level, verdict, spans: spansOf(outcome) }, ...picture(flow), ...stepTable(page, flow)];
  const blocks: Block[] = [
    { kind: "title", level, verdict, spans: spansOf(page.say(first.headline)) },
    { kind: "paragraph", label: null, spans: answerSpans(page, outcome, first) },
    { kind: "paragraph", label: null, spans: spansOf(page.say(first.summary)) },
    ...picture(flow),
    ...stepTable(page, flow),
    { kind: "paragraph", label: page.say(WORDS.why), spans: spansOf(page.say(first.why)) },
    list(
      page,
      WORDS.evidence,
      first.evidence.map((one) => evidenceSpans(page, one)),
    ),
    list(
      page,
      WORDS.also,
      further.map((one) => answerSpans(page, page.say(one.headline), one)),
    ),
    list(
      page,
      WORDS.couldBe,
      first.lookalikes.map((one) => lookalike(page, one)),
    ),
    commands(
      page,
      WORDS.settle,
      first.settle.map((one) => ({ command: one.command, said: one.because })),
    ),
    commands(
      page,
      WORDS.try,
      first.fixes.map((one) => ({ command: one.command, said: one.effect })),
    ),
    list(page, WORDS.notIt, ruledOut(page, first)),
    {
      kind: "small",
      label: first.search.length === 0 ? null : page.say(WORDS.search),
      spans: spansOf(first.search.map(printable).join(" · ")),
    },
  ];
  return blocks.filter((block) => !isEmpty(block));
}

function isEmpty(block: Block): boolean {
  if (block.kind === "list" || block.kind === "commands") return block.items.length === 0;
  return "spans" in block && block.spans.length === 0;
}

function answerSpans(page: Page, sentence: string, finding: Finding): Span[] {
  const sure = page.say(CERTAINTY[finding.certainty]);
  const [open, close] = page.language === "zh" ? ["（", "）"] : [" (", ")"];
  return [
    { kind: "strong", text: sentence },
    { kind: "words", text: open },
    { kind: "code", text: finding.code },
    { kind: "words", text: `${page.say(WORDS.comma)}${sure}${close}` },
  ];
}

function picture({ drawing }: FlowReport): Block[] {
  return drawing === null || drawing.places.length === 0 ? [] : [{ kind: "drawing", drawing }];
}

function stepTable(page: Page, { steps }: FlowReport): Block[] {
  if (steps.length === 0) return [];
  const times = timesOf(steps);
  const timed = times.some((time) => time !== "");
  const titles = [
    "#",
    ...(timed ? [page.say(WORDS.time)] : []),
    ...[WORDS.place, WORDS.happened, WORDS.basis].map(page.say),
  ];
  const rows = steps.map((step, index): Row => {
    const frames = step.frames.length === 0 ? [] : [words(" "), code(framesOf(step.frames))];
    // A line that begins with dots counts the lines left out.
    const quotes = quotesOf(page, step).flatMap((line): Span[] => [
      words(page.say(WORDS.semicolon)),
      line.startsWith("…") ? words(line) : code(line),
    ]);
    return {
      missing: step.basis === "missing",
      cells: [
        [words(String(step.n))],
        ...(timed ? [[words(times[index] ?? "")]] : []),
        step.interface === null ? [words(placeOf(page, step))] : [code(placeOf(page, step))],
        [
          ...spansOf(page.say(step.text)),
          ...frames,
          ...(quotes.length === 0 ? [] : [words(page.say(WORDS.colon)), ...quotes.slice(1)]),
        ],
        [words(page.say(basisOf(step.basis, step.state)))],
      ],
    };
  });
  return [{ kind: "table", label: page.say(WORDS.steps), head: titles, rows }];
}

function evidenceSpans(page: Page, one: Evidence): Span[] {
  const said = page.say(one.text);
  const line = one.state === undefined ? null : printable(one.state.line);
  const spans: Span[] = [
    words(`${page.say(basisOf(one.basis, one.state ? [one.state] : []))}${page.say(WORDS.colon)}`),
  ];
  // A line of state that is its own sentence is quoted, not told.
  if (line === said) spans.push(code(said));
  else {
    spans.push(...spansOf(said));
    if (line !== null && !said.includes(line)) spans.push(words(" "), code(line));
  }
  const netns = one.state?.netns ?? one.counter?.netns ?? "";
  if (netns !== "") spans.push(words(page.say(text(` (${netns})`, `（${netns}）`))));
  const [frame] = one.frames ?? [];
  if (frame && !said.includes(formatFrame(frame))) spans.push(words(" "), code(framesOf(one.frames ?? [])));
  if (one.counter) {
    const name = printable(one.counter.name);
    const moved = `${one.counter.before} -> ${one.counter.after}`;
    spans.push(words(" "), code(said.includes(name) ? moved : `${name} ${moved}`));
  }
  return spans;
}

function lookalike(page: Page, name: string): Span[] {
  const title = page.titleOf(name);
  return title === undefined ? [code(name)] : [code(name), words(`${page.say(WORDS.colon)}${page.say(title)}`)];
}

// The same fact often excludes several look-alikes: it is told once, with all of them.
function ruledOut(page: Page, { ruledOut }: Finding): Span[][] {
  const byReason = new Map<string, string[]>();
  for (const { code: name, because } of ruledOut) {
    const reason = page.say(because);
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return [...byReason].map(([reason, names]) => [
    ...names.flatMap((name, index) => (index === 0 ? [code(name)] : [words(", "), code(name)])),
    ...spansOf(`${page.say(WORDS.colon)}${reason}`),
  ]);
}

function otherBlocks(page: Page, others: readonly FlowReport[], withNamespace: boolean): Block[] {
  if (page.verbose) return others.flatMap((other) => flowBlocks(page, other, withNamespace, 2));
  const items = others.map((other) => {
    const outcome = outcomeLines(page, other, withNamespace).join("");
    const [first] = other.findings;
    if (first === undefined) return spansOf(outcome);
    return [
      ...spansOf(`${outcome}${page.say(WORDS.semicolon)}`),
      ...answerSpans(page, page.say(first.headline), first),
    ];
  });
  return [list(page, WORDS.others, items)].filter((block) => !isEmpty(block));
}

function remarks(page: Page, report: Report): Block[] {
  const problems = [...report.problems, ...report.inputs.flatMap((input) => input.problems)];
  const told = new Map<string, Block>();
  for (const note of report.notes) told.set(page.say(note), labelled(page, WORDS.note, page.say(note)));
  for (const problem of problems) {
    const label = problem.severity === "error" ? WORDS.error : WORDS.warning;
    told.set(page.say(problem.text), labelled(page, label, page.say(problem.text)));
  }
  return [...told.values()];
}

function labelled(page: Page, label: Text, sentence: string): Block {
  return { kind: "paragraph", label: page.say(label), spans: spansOf(sentence) };
}

function commandBlock(page: Page, { command }: Report): Block[] {
  if (command === null || command.argv.length === 0) return [];
  const { exitCode } = command;
  const status = exitCode === null ? "" : page.say(text(` (exit status ${exitCode})`, `（退出状态 ${exitCode}）`));
  const spans = [code(printable(command.argv.join(" "))), ...(status === "" ? [] : [words(status)])];
  return [{ kind: "paragraph", label: page.say(WORDS.command), spans }];
}

function inputBlock(page: Page, { inputs }: Report): Block[] {
  if (!page.verbose) return [];
  const items = inputs.map((input) => [
    code(printable(formatVantage(input.vantage))),
    words(
      ` ${[printable(input.vantage.source.split("/").at(-1) ?? ""), `${input.packets}`, spanOf(input)].filter((w) => w !== "").join(" · ")}`,
    ),
  ]);
  return [list(page, WORDS.inputs, items)].filter((block) => !isEmpty(block));
}

function list(page: Page, label: Text, items: readonly (readonly Span[])[]): Block {
  return { kind: "list", label: page.say(label), items };
}

function commands(page: Page, label: Text, items: readonly { command: string; said: Text }[]): Block {
  const shown = items.map((item) => ({ command: printable(item.command), said: spansOf(page.say(item.said)) }));
  return { kind: "commands", label: page.say(label), items: shown };
}

function words(text: string): Span {
  return { kind: "words", text };
}
function code(text: string): Span {
  return { kind: "code", text };
}

// Sentences quote names and lines between backticks.
function spansOf(sentence: string): Span[] {
  return sentence
    .split(/(`[^`]+`)/)
    .filter((piece) => piece !== "")
    .map((piece) =>
      piece.length > 2 && piece.startsWith("`") && piece.endsWith("`") ? code(piece.slice(1, -1)) : words(piece),
    );
}
