// The report as text for a terminal.

import type { Report } from "../model/report.ts";
import { type Document, type FlowItem, type Item, type Part, shownAt } from "./document/document.ts";
import { documentOf } from "./document/report.ts";
import { answerSpans } from "./document/spans.ts";
import { drawingLines } from "./drawing.ts";
import { labelled, labelledText, labelWidth, type Page, pageOf, type TextOptions } from "./page.ts";
import { plain } from "./plain.ts";
import { screenOf } from "./screen/screen.ts";
import { fixLines, headed, lookalikeLines, ruledOutLines, searchLines, settleLines } from "./text-advice.ts";
import { answerLines, LOOKS, noAnswerLines, titleLines } from "./text-head.ts";
import { inputTable } from "./text-inputs.ts";
import { stepLines } from "./text-steps.ts";
import { wrap } from "./width.ts";
import { WORDS } from "./words.ts";

/** The whole report, ending in a newline. */
export function renderText(report: Report, options: TextOptions): string {
  const page = pageOf(options);
  const document = documentOf(page, report);
  if (options.quiet) return `${quietLine(page, shownAt(document, "quiet"))}\n`;
  if (!options.verbose) return `${screenOf(page, shownAt(document, "brief")).join("\n")}\n`;
  const blocks = shownAt(document, "full").sections.map(({ parts }) => parts.flatMap((part) => partLines(page, part)));
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

// Exactly one line, however long: a script reads it.
function quietLine(page: Page, { sections }: Document): string {
  const parts = sections.flatMap((section) => section.parts);
  const said = parts.flatMap((part): string[] => {
    if (part.kind === "title") return [page.style(LOOKS[part.verdict], part.sentence)];
    if (part.kind === "no-answer") return [page.style("unsure", part.sentence)];
    return part.kind === "answer" ? [plain(answerSpans(page, part))] : [];
  });
  return said.join(page.say(WORDS.semicolon));
}

/** One part as lines of a page. */
export function partLines(page: Page, part: Part): string[] {
  switch (part.kind) {
    case "title":
      return titleLines(page, part);
    case "no-answer":
      return noAnswerLines(page, part.sentence);
    case "answer":
      return answerLines(page, part);
    case "paragraph":
      return part.label === null
        ? wrap(plain(part.spans), page.width)
        : labelledText(page, part.label, plain(part.spans));
    case "below":
      return wrap(plain(part.spans), page.width - 2).map((line) => `  ${line}`);
    case "drawing":
      return drawingLines(page, part.drawing);
    case "steps":
      return stepLines(page, part.rows);
    case "list":
      return labelled(
        page,
        part.label,
        part.items.flatMap((item) => itemLines(page, item)),
      );
    case "settle":
    case "by-hand":
      return settleLines(page, part.label, part.items);
    case "fixes":
      return fixLines(page, part.label, part.items);
    case "lookalikes":
      return lookalikeLines(page, part.label, part.items, part.more);
    case "ruled-out":
      return ruledOutLines(page, part.label, part.items);
    case "flows":
      return headed(page, part.label, flowLines(page, part.items, part.more));
    case "search":
      return searchLines(page, part.words);
    case "picture":
      return [];
    case "rule":
      return [page.style("faint", "─".repeat(page.width))];
    case "counts":
      return wrap(part.sentence, page.width).map((line) => page.style("faint", line));
    case "inputs":
      return inputTable(page, part.label, part.head, part.rows);
  }
}

function itemLines(page: Page, { spans, details = [] }: Item): string[] {
  const room = page.width - labelWidth(page);
  const below = details.flatMap((one) => wrap(plain(one), room - 2));
  return [...wrap(plain(spans), room), ...below.map((line) => `  ${page.style("faint", line)}`)];
}

function flowLines(page: Page, items: readonly FlowItem[], more: Item | null): string[] {
  const inner: Page = { ...page, width: page.width - 2 };
  const lines = items.flatMap(({ title, answer }) => [
    ...titleLines(inner, title),
    ...(answer === null ? [] : answerLines(inner, answer)),
  ]);
  return [...lines, ...(more === null ? [] : [plain(more.spans)])].map((line) => `  ${line}`);
}
