// The manual of causes on a terminal: the list, and one page for each.

import Table from "cli-table3";
import type { Cause } from "../model/cause.ts";
import type { Fix } from "../model/finding.ts";
import { printable, type Text, text } from "../model/text.ts";
import { commandLines, headRule, lookOf, type Page, pageOf, type TextOptions, termLines } from "./page.ts";
import { BORDERLESS, tableLines } from "./table.ts";
import { searchLines } from "./text-advice.ts";
import { displayWidth, wrap } from "./width.ts";
import { SEVERITY, WORDS } from "./words.ts";

const HEADINGS = {
  meaning: text("What it means", "含义"),
  evidence: text("What shows it", "如何看出"),
  tellApart: text("What looks the same", "容易混淆的情况"),
  lookalikes: text("Look-alikes", "相似原因"),
  todo: text("What to do", "怎么办"),
  kernel: text("In the kernel", "内核中的位置"),
  scenario: text("An example", "示例"),
} as const;

/** A table of code, severity and title. */
export function renderCauseList(causes: readonly Cause[], options: TextOptions): string {
  const page = pageOf(options);
  const rows = [...causes]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map((cause) => ({ cause, severity: page.say(SEVERITY[cause.severity]) }));
  const code = Math.max(0, ...rows.map(({ cause }) => displayWidth(cause.code)));
  const severity = Math.max(0, ...rows.map((row) => displayWidth(row.severity)));
  const title = page.width - code - severity - 4;
  const table = new Table({ ...BORDERLESS, colWidths: [code, severity, title] });
  for (const row of rows) {
    table.push([
      row.cause.code,
      page.style(lookOf(row.cause.severity), row.severity),
      wrap(page.say(row.cause.title), title).join("\n"),
    ]);
  }
  const hint = page.say(text("pktwhy causes CODE prints the page of one.", "pktwhy causes CODE 打印其中一项的说明。"));
  return `${tableLines(table).join("\n")}\n\n${page.style("faint", hint)}\n`;
}

/** The manual page of one cause, with its fixes as they are typed where nothing is known. */
export function renderCausePage(cause: Cause, fixes: readonly Fix[], options: TextOptions): string {
  const page = pageOf(options);
  const { meaning, evidence, tellApart, kernel } = cause.page();
  const blocks = [
    headRule(
      page,
      page.say(cause.title),
      `${cause.code}${page.say(WORDS.comma)}${page.say(SEVERITY[cause.severity])}`,
      lookOf(cause.severity),
    ),
    section(page, HEADINGS.meaning, meaning[page.language]),
    section(page, HEADINGS.evidence, evidence[page.language]),
    section(page, HEADINGS.tellApart, tellApart[page.language]),
    lookalikes(page, cause.lookalikes),
    todo(page, fixes),
    section(page, HEADINGS.kernel, kernel),
    cause.scenario === null ? [] : [heading(page, HEADINGS.scenario), `  sudo pktwhy lab run ${cause.scenario}`],
    searchLines(page, cause.search),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function heading(page: Page, words: Text): string {
  return page.style("label", page.say(words));
}

function section(page: Page, words: Text, body: string): string[] {
  const paragraphs = body.split("\n").filter((paragraph) => paragraph.trim() !== "");
  return [
    heading(page, words),
    ...paragraphs.flatMap((paragraph) => wrap(printable(paragraph), page.width - 2).map((line) => `  ${line}`)),
  ];
}

function lookalikes(page: Page, codes: readonly string[]): string[] {
  if (codes.length === 0) return [];
  const rows = codes.map((code) => {
    const title = page.titleOf(code);
    return [code, title === undefined ? "" : page.say(title)] as const;
  });
  return [heading(page, HEADINGS.lookalikes), ...termLines(page, rows, 2)];
}

function todo(page: Page, list: readonly Fix[]): string[] {
  if (list.length === 0) return [];
  return [
    heading(page, HEADINGS.todo),
    ...list.flatMap((fix) => [
      ...(fix.command === ""
        ? []
        : commandLines(fix.command, page.width - 2).map((line) => `  ${page.style("strong", line)}`)),
      ...wrap(page.say(fix.effect), page.width - 4).map((line) => `    ${line}`),
    ]),
  ];
}
