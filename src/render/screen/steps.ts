// The steps on a screen: a line each, as far as their clauses fit, with how we know them at its end.

import type { StepRow } from "../document/document.ts";
import type { Page } from "../page.ts";
import { displayWidth, padEnd, padStart, wrap } from "../width.ts";
import { firstClauses } from "./clauses.ts";
import type { Room } from "./room.ts";

const GAP = 2;
const WIDEST_PLACE = 16;
// Below this width times are left to -v.
const TIMED_FROM = 100;

/** The rows of the folding that there is room for. */
export function screenSteps(page: Page, folded: readonly (readonly StepRow[])[], room: Room): string[] {
  const rows = folded[Math.min(room.fold, folded.length - 1)] ?? [];
  const widest = (cells: readonly string[]): number => Math.max(0, ...cells.map(displayWidth));
  const n = widest(rows.map((row) => row.n));
  const time = page.width < TIMED_FROM ? 0 : widest(rows.map((row) => row.time));
  const place = Math.min(WIDEST_PLACE, widest(rows.map(placeOf)));
  const basis = widest(rows.map((row) => row.basis));
  const before = n + GAP + (time === 0 ? 0 : time + GAP) + place + GAP;
  const said = Math.max(20, page.width - before - GAP - basis);
  return rows.flatMap((row) => {
    const sentence = wholeOrFirst(row, said, room.deciding);
    const where = wrap(placeOf(row), WIDEST_PLACE);
    return Array.from({ length: Math.max(sentence.length, where.length) }, (_, k) => {
      const first = k === 0;
      const text = padEnd(sentence[k] ?? "", first ? said : 0);
      return [
        padStart(first ? row.n : "", n),
        ...(time === 0 ? [] : [page.style("faint", padEnd(first ? row.time : "", time))]),
        page.style("faint", padEnd(where[k] ?? "", place)),
        row.decides && text !== "" ? page.style("strong", text) : text,
        ...(first ? [page.style(row.missing ? "bad" : "label", row.basis)] : []),
      ]
        .join(" ".repeat(GAP))
        .trimEnd();
    });
  });
}

// A capture that names no interface is known by its file: without the way to it. No interface has a slash in its name;
// `b/net1:eth0` is one in a namespace of host b.
function placeOf({ where }: StepRow): string {
  if (/^[^/]+\/[^/:]+:[^/]+$/.test(where.text)) return where.text;
  return where.text.split("/").at(-1) ?? where.text;
}

// What decides is told in two lines at least, and so is the reason that the kernel gives.
function wholeOrFirst({ said, decides, step }: StepRow, width: number, most: number): string[] {
  return firstClauses(said, width, decides ? Math.max(2, most) : step?.basis === "kernel" ? 2 : 1);
}
