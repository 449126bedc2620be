// The table of what was read, for a terminal.

import Table from "cli-table3";
import type { InputRow } from "./document/document.ts";
import type { Page } from "./page.ts";
import { BORDERLESS, tableLines } from "./table.ts";
import { displayWidth, wrap } from "./width.ts";
import { WORDS } from "./words.ts";

const MOST_CELL_LINES = 4;

/** The captures, one row each. */
export function inputTable(page: Page, label: string, head: InputRow, rows: readonly InputRow[]): string[] {
  const limits = [16, 20, 10, 10, 10, 30];
  const widths = head.map((title, c) =>
    Math.min(limits[c] as number, Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[c] as string)))),
  );
  // What the fixed columns leave goes to the last one.
  const taken = widths.slice(0, -1).reduce((sum, w) => sum + w, 0) + 2 * (widths.length - 1) + 2;
  widths[widths.length - 1] = Math.max(10, Math.min(widths.at(-1) as number, page.width - taken));
  const table = new Table({
    ...BORDERLESS,
    colWidths: widths,
    colAligns: ["left", "left", "right", "right", "right", "left"],
  });
  table.push(head.map((title) => page.style("faint", title)));
  for (const row of rows) table.push(row.map((cell, c) => cellLines(cell, widths[c] as number).join("\n")));
  return [
    page.style("label", `${label}${page.say(WORDS.colon).trimEnd()}`),
    ...tableLines(table).map((line) => `  ${line}`),
  ];
}

// Nobody reads a name of a thousand letters in a column of sixteen, and the table would take seconds.
function cellLines(cell: string, width: number): string[] {
  const lines = wrap(cell, width);
  return lines.length <= MOST_CELL_LINES ? lines : [...lines.slice(0, MOST_CELL_LINES - 1), "…"];
}
