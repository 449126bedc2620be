// The small drawing of a report: interfaces side by side, and an arrow for each thing that went between them.

import type { Drawing } from "../model/report.ts";
import { printable } from "../model/text.ts";
import type { Page } from "./page.ts";
import { displayWidth } from "./width.ts";

const INDENT = 2;
// `├─ ` before a label and ` ───▶` after it.
const ARROW = 8;

/** Lines of the drawing; none where it does not fit. */
export function drawingLines(page: Page, drawing: Drawing): string[] {
  const labels = drawing.lines.map((line) => page.say(line.label));
  const places = drawing.places.map((place) => ({
    name: printable(place.name),
    details: printable(place.detail)
      .split(" ")
      .filter((d) => d !== ""),
  }));
  const anchors = anchorsOf(drawing, places, labels);
  const last = places.length - 1;
  const end = Math.max(
    ...places.map((place, k) => (anchors[k] as number) + columnsOf(place)),
    ...drawing.lines.map((line, i) =>
      line.from === line.to ? (anchors[line.from] as number) + selfColumns(labels[i] as string) : 0,
    ),
  );
  if (last < 0 || end > page.width) return [];

  const rows: string[] = [headRow(places.map((p) => p.name))];
  const depth = Math.max(...places.map((p) => p.details.length));
  for (let d = 0; d < depth; d++) rows.push(headRow(places.map((p) => p.details[d] ?? "")));
  drawing.lines.forEach((line, i) => {
    rows.push(arrowRow(line, labels[i] as string));
  });
  return rows;

  function headRow(words: readonly string[]): string {
    const row = blank(end);
    words.forEach((word, k) => {
      put(row, anchors[k] as number, word);
    });
    return row.join("").trimEnd();
  }

  function arrowRow(line: Drawing["lines"][number], label: string): string {
    const row = blank(end + 2);
    for (const anchor of anchors) row[anchor] = "│";
    const from = anchors[line.from] as number;
    const to = anchors[line.to] as number;
    const dies = line.end === "dies";
    if (from === to) {
      row[from] = "├";
      put(row, from + 1, `─ ${label}`);
      if (dies) row[from + displayWidth(label) + 4] = page.style("bad", "x");
    } else {
      const [left, right] = from < to ? [from, to] : [to, from];
      for (let c = left + 1; c < right; c++) row[c] = row[c] === "│" ? "┼" : "─";
      row[from] = from < to ? "├" : "┤";
      row[from < to ? to - 1 : to + 1] = from < to ? "▶" : "◀";
      if (dies) row[to] = page.style("bad", "x");
      put(row, left + 2, ` ${label} `);
    }
    return row.join("").trimEnd();
  }
}

interface Place {
  readonly name: string;
  readonly details: readonly string[];
}

function columnsOf(place: Place): number {
  return Math.max(displayWidth(place.name), ...place.details.map(displayWidth));
}
function selfColumns(label: string): number {
  return displayWidth(label) + 5;
}

// Column of each place, far enough from the one before for its words and for the arrows between.
function anchorsOf(drawing: Drawing, places: readonly Place[], labels: readonly string[]): number[] {
  const anchors: number[] = [];
  places.forEach((_, k) => {
    if (k === 0) {
      anchors.push(INDENT);
      return;
    }
    const before = anchors[k - 1] as number;
    let column = before + columnsOf(places[k - 1] as Place) + 2;
    drawing.lines.forEach((line, i) => {
      const label = labels[i] as string;
      const [left, right] = line.from < line.to ? [line.from, line.to] : [line.to, line.from];
      if (left === right && left === k - 1) column = Math.max(column, before + selfColumns(label) + 1);
      if (right === k && left < k) column = Math.max(column, (anchors[left] as number) + displayWidth(label) + ARROW);
    });
    anchors.push(column);
  });
  return anchors;
}

function blank(width: number): string[] {
  return new Array<string>(width).fill(" ");
}

// Writes a word into single columns; a Han character leaves the column after its own empty.
function put(row: string[], column: number, word: string): void {
  let at = column;
  for (const char of word) {
    const width = displayWidth(char);
    if (width === 0) {
      row[at - 1] = (row[at - 1] ?? "") + char;
      continue;
    }
    row[at] = char;
    if (width === 2) row[at + 1] = "";
    at += width;
  }
}
