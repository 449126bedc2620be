// The numbered steps on a terminal. Laid out by hand, not with cli-table3: 40 lines take that 20 ms, a third of what a
// whole run may take beyond an empty Node.

import type { StepRow } from "./document/document.ts";
import type { Page } from "./page.ts";
import type { Look } from "./style.ts";
import { displayWidth, fill, padEnd, padStart, wrap } from "./width.ts";

const GAP = 2;
const WIDEST_PLACE = 18;

interface Line {
  readonly n: string;
  readonly time: string;
  readonly place: readonly string[];
  readonly said: string;
  readonly basis: string;
  readonly look: Look;
  readonly quotes: readonly string[];
}

/** The table of steps, as wide as the page. */
export function stepLines(page: Page, told: readonly StepRow[]): string[] {
  const rows = told.map(
    (row): Line => ({
      n: row.n,
      time: row.time,
      place: row.where.text === "" ? [""] : wrap(row.where.text, WIDEST_PLACE),
      said: [row.said, ...(row.framesHere === "" ? [] : [`[${row.framesHere}]`])].join(" "),
      basis: row.basis,
      look: row.missing ? "bad" : "label",
      quotes: row.quotes.map(({ span }) => span.text),
    }),
  );
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
