// The report as it is told: sections of parts in one order, each marked with the levels at which it is shown. Built once
// (report.ts); the terminal, Markdown, HTML and Mermaid write it in their own ways and decide neither order nor content.
// Words in it are already safe for a terminal; escaping is the writers' part.

import type { Drawing, ReportStep, Verdict } from "../../model/report.ts";
import type { Scene } from "../picture/shapes.ts";

/** How much is told: with -q, on a terminal, on a page that scrolls (Markdown, HTML), with -v. */
export type Level = "quiet" | "brief" | "page" | "full";

/** What is shown at some levels only. */
interface Marked {
  readonly levels: readonly Level[];
}

export const ALWAYS: readonly Level[] = ["quiet", "brief", "page", "full"];
export const USUAL: readonly Level[] = ["brief", "page", "full"];
/** A short form, instead of which a page and -v have the whole. */
export const BRIEF: readonly Level[] = ["brief"];
/** A short form, instead of which -v has the whole. */
export const SHORT: readonly Level[] = ["brief", "page"];
/** A short form for pages, instead of which -v has the whole. */
export const PAGE: readonly Level[] = ["page"];
/** What a terminal has no room for without -v. */
export const DETAIL: readonly Level[] = ["page", "full"];
export const FULL: readonly Level[] = ["full"];

/** A piece of a sentence: `code` is quoted by it, `literal` stands for itself, `aside` is for pages alone. */
export interface Span {
  readonly kind: "words" | "strong" | "code" | "literal" | "frames" | "aside";
  readonly text: string;
}

/** A line of a list. */
export interface Item extends Marked {
  readonly spans: readonly Span[];
  /** What belongs to it, below it. */
  readonly details?: readonly (readonly Span[])[];
}

/** Something to type; `command` is empty where nothing is to be typed. */
export interface CommandItem extends Marked {
  readonly command: string;
  readonly said: readonly Span[];
  /** What of it was tried, and how that went; empty where nothing was. */
  readonly proof: readonly Span[];
}

/** A cause that it could be, with its title, or that it is not, with the reason. */
export interface CauseItem extends Marked {
  readonly code: string;
  readonly said: string;
}

/** A flow in a line or two. */
export interface FlowItem extends Marked {
  readonly title: TitleLine;
  readonly answer: AnswerLine | null;
}

/** What was tried and how it went. */
export interface TitleLine {
  readonly verdict: Verdict;
  readonly sentence: string;
}

/** The one cause that a person can act on. */
export interface AnswerLine {
  readonly sentence: string;
  readonly code: string;
  readonly certainty: string;
  /** Where the kernel decides it. */
  readonly netns: string | null;
  readonly interface: string | null;
  /** The same as it is told: `net1:veth1`; null of what went well, and where nobody knows. */
  readonly place: string | null;
}

/** A line of state below a step, or how many were left out. */
export interface StepQuote extends Marked {
  readonly span: Span;
}

/** A row of the steps: one, several that are told as one, or a gap. */
export interface StepRow {
  readonly n: string;
  /** Since the first step; empty where not known. */
  readonly time: string;
  readonly where: Span;
  readonly said: string;
  /** Frames by their whole names, and as they are named beside their own interface. */
  readonly frames: string;
  readonly framesHere: string;
  readonly basis: string;
  /** The same where there is room to tell whether state was printed or typed. */
  readonly basisInFull: string;
  readonly missing: boolean;
  /** The way ends here: it is told in full. */
  readonly decides: boolean;
  readonly quotes: readonly StepQuote[];
  /** Null for a gap. */
  readonly step: ReportStep | null;
}

/** What belongs together, in the shape of what it says. */
export type Part = Marked &
  (
    | ({ readonly kind: "title" } & TitleLine)
    | { readonly kind: "no-answer"; readonly sentence: string }
    | ({ readonly kind: "answer" } & AnswerLine)
    | {
        readonly kind: "paragraph";
        readonly role: ParagraphRole;
        readonly label: string | null;
        readonly spans: readonly Span[];
      }
    /** The summary of a further cause, below its headline. */
    | { readonly kind: "below"; readonly spans: readonly Span[] }
    | { readonly kind: "drawing"; readonly drawing: Drawing }
    /** The same flow whole, for pages that can show pictures. */
    | { readonly kind: "picture"; readonly scene: Scene; readonly flow: number }
    | {
        readonly kind: "steps";
        readonly label: string;
        /** Id of the flow. */
        readonly flow: number;
        readonly rows: readonly StepRow[];
        /** The same for a screen, in ever fewer rows. */
        readonly folded: readonly (readonly StepRow[])[];
      }
    | {
        readonly kind: "list";
        readonly label: string;
        readonly items: readonly Item[];
        /** Asked for with --why: told whole, whatever room there is. */
        readonly asked?: true;
      }
    | { readonly kind: "settle" | "by-hand" | "fixes"; readonly label: string; readonly items: readonly CommandItem[] }
    | {
        readonly kind: "lookalikes" | "ruled-out";
        readonly label: string;
        readonly items: readonly CauseItem[];
        readonly more: Item | null;
      }
    | {
        readonly kind: "flows";
        readonly label: string;
        readonly items: readonly FlowItem[];
        readonly more: Item | null;
      }
    | { readonly kind: "search"; readonly label: string; readonly words: readonly string[] }
    | { readonly kind: "rule" }
    | { readonly kind: "counts"; readonly sentence: string }
    | { readonly kind: "inputs"; readonly label: string; readonly head: InputRow; readonly rows: readonly InputRow[] }
  );

/** What a paragraph is for: the first to go where there is no room is not the summary. */
type ParagraphRole = "summary" | "also" | "why" | "doubt" | "remark" | "command";

/** A capture: where, from which file, packets read, explained, dropped by the kernel, and when. */
export type InputRow = readonly [string, string, string, string, string, string];

/** Parts that stand together. */
export interface Section {
  /** Id of the flow that it tells; null for what is about the whole. */
  readonly flow: number | null;
  readonly parts: readonly Part[];
}

/** A report that can be written. */
export interface Document {
  /** The flow of the answer. */
  readonly main: number | null;
  /** The one namespace in which everything happens, whose name is taken out of places. */
  readonly only: string | null;
  readonly sections: readonly Section[];
  /** The flow of the answer went as it should, and nothing is to be done. */
  readonly isWell: boolean;
  /** The tool and its version. */
  readonly madeBy: string;
}

/** What of the document is shown at a level. */
export function shownAt(document: Document, level: Level): Document {
  const sections = document.sections.flatMap((section) => {
    const parts = section.parts.flatMap((part) => partAt(part, level));
    return parts.length === 0 ? [] : [{ ...section, parts }];
  });
  return { ...document, sections };
}

function partAt(part: Part, level: Level): Part[] {
  if (!part.levels.includes(level)) return [];
  switch (part.kind) {
    case "paragraph":
    case "below":
      return part.spans.length === 0 ? [] : [part];
    case "drawing":
      return part.drawing.places.length === 0 ? [] : [part];
    case "search":
      return part.words.length === 0 ? [] : [part];
    case "steps": {
      const rows = part.rows.map((row) => ({ ...row, quotes: at(row.quotes, level) }));
      return rows.length === 0 ? [] : [{ ...part, rows }];
    }
    case "list": {
      const items = at(part.items, level);
      return items.length === 0 ? [] : [{ ...part, items }];
    }
    case "settle":
    case "by-hand":
    case "fixes": {
      const items = at(part.items, level);
      return items.length === 0 ? [] : [{ ...part, items }];
    }
    case "lookalikes":
    case "ruled-out": {
      const items = at(part.items, level);
      return items.length === 0 ? [] : [{ ...part, items, more: moreAt(part.more, level) }];
    }
    case "flows": {
      const items = at(part.items, level);
      return items.length === 0 ? [] : [{ ...part, items, more: moreAt(part.more, level) }];
    }
    default:
      return [part];
  }
}

function at<T extends Marked>(all: readonly T[], level: Level): T[] {
  return all.filter(({ levels }) => levels.includes(level));
}

function moreAt(more: Item | null, level: Level): Item | null {
  return more?.levels.includes(level) ? more : null;
}
