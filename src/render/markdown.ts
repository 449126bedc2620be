// One block for an issue or a forum, in GitHub-flavoured Markdown. Nothing that a file holds becomes active in it: no
// link, no mention, no image, no HTML.

import type { Drawing, Report } from "../model/report.ts";
import { blocksOf, type PageBlock, type PageOptions, pageDocument, type Row } from "./blocks.ts";
import type { Span } from "./document/document.ts";
import type { Voice } from "./document/voice.ts";
import { drawingLines } from "./drawing.ts";
import { flowchartLines } from "./picture/flowchart.ts";
import { styleOf } from "./style.ts";
import { WORDS } from "./words.ts";

// Code blocks scroll sideways beyond about this.
const DRAWING_WIDTH = 110;

/** The report, ending in a newline. */
export function renderMarkdown(report: Report, options: PageOptions): string {
  const { voice, told } = pageDocument(report, options);
  return markdownPage(voice, blocksOf(voice, told));
}

/** These blocks, whatever they tell. */
export function markdownPage(voice: Voice, blocks: readonly PageBlock[]): string {
  const written = blocks.map((block) => blockOf(voice, block));
  return `${written.filter((block) => block !== "").join("\n\n")}\n`;
}

function blockOf(voice: Voice, block: PageBlock): string {
  switch (block.kind) {
    case "title":
      return `${"#".repeat(block.level + 2)} ${line(block.spans)}`;
    case "paragraph":
      return labelled(voice, block.label, line(block.spans));
    case "drawing":
      return drawingBlock(voice, block.drawing);
    case "picture": {
      const lines = flowchartLines(voice, block.scene);
      return lines.length === 0 ? "" : fenced("mermaid", lines);
    }
    case "table":
      return [heading(voice, block.label), tableOf(block.head, block.rows)].join("\n\n");
    case "list":
      return [heading(voice, block.label), block.items.map((item) => `- ${line(item)}`).join("\n")].join("\n\n");
    case "commands": {
      const items = block.items.map(({ command, said }) =>
        command === ""
          ? line(said)
          : [...(said.length === 0 ? [] : [line(said)]), fenced("sh", [command])].join("\n\n"),
      );
      return [heading(voice, block.label), ...items].join("\n\n");
    }
    case "small":
      return block.spans.length === 0 ? "" : labelled(voice, block.label, line(block.spans));
  }
}

function heading(voice: Voice, label: string): string {
  // The colon stands outside: emphasis that ends in punctuation does not end before a Han character (CommonMark 6.2).
  return `**${escaped(label)}**${voice.say(WORDS.colon).trimEnd()}`;
}

function labelled(voice: Voice, label: string | null, words: string): string {
  if (label === null) return words;
  return `${heading(voice, label)}${voice.say(WORDS.sentenceGap)}${words}`;
}

function drawingBlock(voice: Voice, drawing: Drawing): string {
  const lines = drawingLines({ say: voice.say, style: styleOf(false), width: DRAWING_WIDTH }, drawing);
  return lines.length === 0 ? "" : fenced("text", lines);
}

function tableOf(head: readonly string[], rows: readonly Row[]): string {
  const lines = [
    head.map(escaped),
    head.map((title, column) => (column === 0 && title === "#" ? "--:" : "---")),
    ...rows.map((row) => row.cells.map((cell) => inTable(cell))),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function inTable(cell: readonly Span[]): string {
  return written(cell, true);
}

// GFM splits a row into cells before it reads code, at every bar with an even number of backslashes before it.
function codeCell(text: string): string {
  return codeSpan(text).replace(
    /(\\*)\|/g,
    (_, before: string) => `${before}${before.length % 2 === 0 ? "\\" : "\\\\"}|`,
  );
}

function line(spans: readonly Span[]): string {
  // What would begin a list or a heading at the start of a line.
  return written(spans, false)
    .trimStart()
    .replace(/^(?:[-+>=]|\d+(?=[.)]))/, (mark) => (/\d/.test(mark) ? `${mark}\\` : `\\${mark}`));
}

// Spans of the same kind that touch are one: what is harmless in each may not be in both (`:x` and `:`), and code that
// begins where other code ends makes neither of them code (CommonMark 6.1).
function written(spans: readonly Span[], table: boolean): string {
  const code = table ? codeCell : codeSpan;
  return touching(touching(spans.map(dressed)).flatMap((span) => (span.kind === "words" ? pieces(span.text) : span)))
    .map(({ kind, text }) => {
      if (kind === "code") return code(text);
      return kind === "words" ? escaped(text) : `**${written(pieces(text), table)}**`;
    })
    .join("");
}

// What a page quotes is code, whatever it is.
function dressed({ kind, text }: Span): Dressed {
  return { kind: kind === "strong" ? kind : kind === "words" || kind === "aside" ? "words" : "code", text };
}

interface Dressed {
  readonly kind: "words" | "code" | "strong";
  readonly text: string;
}

function touching(spans: readonly Dressed[]): Dressed[] {
  const result: Dressed[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last !== undefined && last.kind === span.kind) {
      result[result.length - 1] = { kind: span.kind, text: last.text + span.text };
    } else if (span.text !== "") result.push(span);
  }
  return result;
}

// Mentions, issue numbers, addresses of sites and emoji names are found after Markdown has been read, so a backslash does
// not stop them: such words stand as code.
const FOUND_LATER = /[@#]|:\/\/|\bwww\.|:[\w+-]+:|\bGH-\d|\b[0-9a-f]{7,40}\b/i;

function pieces(text: string): Dressed[] {
  return text
    .split(/([\s“”"'‘’（），。；：、]+)/)
    .map((word) => ({ kind: FOUND_LATER.test(word) ? "code" : "words", text: word }));
}

// ASCII punctuation that Markdown may take for its own; a backslash makes it plain (CommonMark 2.4). Within a word an
// underscore is plain already.
function escaped(text: string): string {
  return text.replace(/[\\`*[\]<|~$&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&");
}

// The fence is longer than any run of backticks inside (CommonMark 6.1).
function codeSpan(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  let fence = "`";
  while (runs.includes(fence.length)) fence += "`";
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

function fenced(language: string, lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap((one) => [...one.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence].join("\n");
}
