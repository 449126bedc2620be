// The document in the few shapes that Markdown and HTML know, which each then writes in its own way.

import type { Drawing, Report, Verdict } from "../model/report.ts";
import {
  type CauseItem,
  type CommandItem,
  type Document,
  type FlowItem,
  type InputRow,
  type Item,
  type Part,
  type Span,
  type StepRow,
  shownAt,
} from "./document/document.ts";
import { documentOf } from "./document/report.ts";
import { answerSpans, literal, spansOf, words } from "./document/spans.ts";
import { type Voice, type VoiceOptions, voiceOf } from "./document/voice.ts";
import type { StepWords } from "./picture/sequence-svg.ts";
import type { Scene } from "./picture/shapes.ts";
import { WORDS } from "./words.ts";

/** What a page needs to be written. */
export type PageOptions = VoiceOptions & {
  readonly verbose: boolean;
  /** Version of the tool. */
  readonly version: string;
};

export type PageBlock =
  | { readonly kind: "title"; readonly level: 1 | 2; readonly verdict: Verdict; readonly spans: readonly Span[] }
  | { readonly kind: "paragraph"; readonly label: string | null; readonly spans: readonly Span[] }
  | { readonly kind: "drawing"; readonly drawing: Drawing }
  | {
      readonly kind: "picture";
      readonly scene: Scene;
      readonly steps: ReadonlyMap<number, StepWords>;
      readonly flow: number;
    }
  | { readonly kind: "table"; readonly label: string; readonly head: readonly string[]; readonly rows: readonly Row[] }
  | { readonly kind: "list"; readonly label: string; readonly items: readonly (readonly Span[])[] }
  | { readonly kind: "commands"; readonly label: string; readonly items: readonly CommandItem[] }
  | { readonly kind: "small"; readonly label: string | null; readonly spans: readonly Span[] };

export interface Row {
  readonly cells: readonly (readonly Span[])[];
  /** What should have been seen and was not. */
  readonly missing: boolean;
  /** By which it is linked to; absent where nothing links to it. */
  readonly id?: string;
}

/** What a page shows of a report. */
export function pageDocument(report: Report, options: PageOptions): { readonly voice: Voice; readonly told: Document } {
  const voice = voiceOf(options);
  return { voice, told: shownAt(documentOf(voice, report, options.version), options.verbose ? "full" : "page") };
}

/** The blocks of a document; the first title is the page's. */
export function blocksOf(voice: Voice, { sections, madeBy }: Document): PageBlock[] {
  const parts = sections.flatMap((section) => section.parts);
  const first = parts.findIndex(({ kind }) => kind === "title" || kind === "no-answer");
  const read = parts.flatMap((part) => (part.kind === "counts" ? [part.sentence] : []));
  return [
    ...parts.flatMap((part, index) => {
      if (part.kind !== "picture") return blockOf(voice, part, index === first ? 1 : 2);
      const steps = parts.slice(index).find(({ kind }) => kind === "steps");
      const words = new Map(steps?.kind === "steps" ? steps.rows.flatMap((row) => stepWords(part.flow, row)) : []);
      return [{ kind: "picture", scene: part.scene, steps: words, flow: part.flow } as const];
    }),
    { kind: "small", label: null, spans: spansOf([...read, madeBy].join(" · ")) },
  ];
}

function stepWords(flow: number, { step, time, said }: StepRow): [number, StepWords][] {
  return step === null ? [] : [[step.n, { time, said, target: stepId(flow, step.n) }]];
}

function stepId(flow: number, n: number): string {
  return `step-${flow}-${n}`;
}

function blockOf(voice: Voice, part: Part, level: 1 | 2): PageBlock[] {
  switch (part.kind) {
    case "title":
      return [{ kind: "title", level, verdict: part.verdict, spans: spansOf(part.sentence) }];
    case "no-answer":
      return [{ kind: "title", level, verdict: "cannot-tell", spans: spansOf(part.sentence) }];
    case "answer":
      return [{ kind: "paragraph", label: null, spans: answerSpans(voice, part) }];
    case "paragraph":
      return [part];
    case "below":
      return [{ kind: "paragraph", label: null, spans: part.spans }];
    case "drawing":
      return [part];
    case "steps":
      return [stepTable(voice, part.label, part.rows, part.flow)];
    case "list":
      return [{ kind: "list", label: part.label, items: part.items.map((one) => itemSpans(voice, one)) }];
    case "settle":
    case "by-hand":
    case "fixes":
      return [{ kind: "commands", label: part.label, items: part.items }];
    case "lookalikes":
      return [
        { kind: "list", label: part.label, items: part.items.map((one) => causeSpans(voice, [one.code], one.said)) },
      ];
    case "ruled-out":
      return [{ kind: "list", label: part.label, items: byReason(voice, part.items) }];
    case "flows":
      return [{ kind: "list", label: part.label, items: part.items.map((one) => flowSpans(voice, one)) }];
    case "search":
      return [{ kind: "small", label: part.label, spans: spansOf(part.words.join(" · ")) }];
    case "inputs":
      return [{ kind: "list", label: part.label, items: part.rows.map((row) => inputSpans(part.head, row)) }];
    case "picture":
    case "rule":
    case "counts":
      return [];
  }
}

function itemSpans(voice: Voice, { spans, details = [] }: Item): readonly Span[] {
  const below = details.flatMap((one, index) => [
    words(voice.say(index === 0 ? WORDS.sentenceGap : WORDS.semicolon)),
    ...one,
  ]);
  return [...spans, ...below];
}

function stepTable(voice: Voice, label: string, rows: readonly StepRow[], flow: number): PageBlock {
  const timed = rows.some(({ time }) => time !== "");
  const head = [
    "#",
    ...(timed ? [voice.say(WORDS.time)] : []),
    ...[WORDS.place, WORDS.happened, WORDS.basis].map(voice.say),
  ];
  const told = rows.map((row): Row => {
    const quotes = row.quotes.flatMap(({ span }) => [words(voice.say(WORDS.semicolon)), span]);
    const said = [
      ...spansOf(row.said),
      ...(row.frames === "" ? [] : [words(" "), literal(row.frames)]),
      ...(quotes.length === 0 ? [] : [words(voice.say(WORDS.colon)), ...quotes.slice(1)]),
    ];
    const cells = [[words(row.n)], ...(timed ? [[words(row.time)]] : []), [row.where], said, [words(row.basisInFull)]];
    return { missing: row.missing, cells, ...(row.step === null ? {} : { id: stepId(flow, row.step.n) }) };
  });
  return { kind: "table", label, head, rows: told };
}

// The same fact often excludes several causes: it is told once, with all of them.
function byReason(voice: Voice, items: readonly CauseItem[]): Span[][] {
  const codes = new Map<string, string[]>();
  for (const { code, said } of items) codes.set(said, [...(codes.get(said) ?? []), code]);
  return [...codes].map(([said, some]) => causeSpans(voice, some, said));
}

function causeSpans(voice: Voice, codes: readonly string[], said: string): Span[] {
  const names = codes.flatMap((code, index) => (index === 0 ? [literal(code)] : [words(", "), literal(code)]));
  return said === "" ? names : [...names, ...spansOf(`${voice.say(WORDS.colon)}${said}`)];
}

function flowSpans(voice: Voice, { title, answer }: FlowItem): Span[] {
  if (answer === null) return spansOf(title.sentence);
  return [...spansOf(`${title.sentence}${voice.say(WORDS.semicolon)}`), ...answerSpans(voice, answer)];
}

// Where, then the other columns, the numbers with their titles.
function inputSpans(head: InputRow, [place, ...cells]: InputRow): Span[] {
  const said = cells.map((cell, index) => (/^(?:\d+|\?)$/.test(cell) ? `${head[index + 1]} ${cell}` : cell));
  return [literal(place), words(` ${said.filter((word) => word !== "").join(" · ")}`)];
}
