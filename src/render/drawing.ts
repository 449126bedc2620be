// The small drawing of a report: interfaces side by side, and an arrow for each thing that went between them.

import type { Drawing } from "../model/report.ts";
import { printable, type Text } from "../model/text.ts";
import { narrower, LEFT_OUT as WORDS } from "./narrower.ts";
import type { Page } from "./page.ts";
import { displayWidth, wrap } from "./width.ts";

const INDENT = 2;
// `├─ ` before a label and ` ───▶` after it.
const ARROW = 8;

type Canvas = Pick<Page, "say" | "style" | "width">;

/** Lines of the drawing, or that it does not fit. */
export function drawingLines(page: Canvas, drawing: Drawing): string[] {
  const lines = fittingLines(page, drawing);
  return lines.length > 0 || drawing.places.length === 0
    ? lines
    : note(page, WORDS.tooWide(laidOut(page, drawing).end));
}

/** Lines of the drawing; where it is too wide, of what is left of it, and what was left out. None where that does not fit either. */
export function fittingLines(page: Canvas, drawing: Drawing): string[] {
  const whole = laidOut(page, drawing);
  if (whole.end <= page.width) return drawn(page, whole);
  for (const { drawing: less, leftOut } of narrower(drawing)) {
    const layout = laidOut(page, less);
    if (layout.end <= page.width) return [...drawn(page, layout), ...note(page, WORDS.leftOut(leftOut))];
  }
  return [];
}

function note(page: Canvas, words: Text): string[] {
  return wrap(page.say(words), page.width - INDENT).map((line) => `${" ".repeat(INDENT)}${line}`);
}

/** A drawing with the column of each place. */
interface Layout {
  readonly drawing: Drawing;
  readonly places: readonly PlaceHead[];
  readonly labels: readonly string[];
  readonly anchors: readonly number[];
  /** Columns that it takes. */
  readonly end: number;
}

function laidOut(page: Canvas, drawing: Drawing): Layout {
  const labels = drawing.lines.map((line) => page.say(line.label));
  const places = drawing.places.map((place) => ({
    name: printable(place.name),
    details: printable(place.detail)
      .split(" ")
      .filter((d) => d !== ""),
  }));
  const anchors = anchorsOf(drawing, places, labels);
  const end = Math.max(
    ...places.map((place, k) => (anchors[k] as number) + columnsOf(place)),
    ...drawing.lines.map((line, i) =>
      line.from === line.to ? (anchors[line.from] as number) + selfColumns(labels[i] as string) : 0,
    ),
  );
  return { drawing, places, labels, anchors, end };
}

function drawn(page: Canvas, layout: Layout): string[] {
  const { drawing, places, labels } = layout;
  if (places.length === 0) return [];
  const depth = Math.max(...places.map((p) => p.details.length));
  const details = Array.from({ length: depth }, (_, d) => places.map((p) => p.details[d] ?? ""));
  return [
    ...[places.map((p) => p.name), ...details].map((words) => headRow(layout, words)),
    ...drawing.lines.map((line, i) => arrowRow(page, layout, line, labels[i] as string)),
  ];
}

function headRow({ end, anchors }: Layout, words: readonly string[]): string {
  const row = blank(end);
  words.forEach((word, k) => {
    put(row, anchors[k] as number, word);
  });
  return row.join("").trimEnd();
}

function arrowRow(page: Canvas, { end, anchors }: Layout, line: Drawing["lines"][number], label: string): string {
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

interface PlaceHead {
  readonly name: string;
  readonly details: readonly string[];
}

function columnsOf(place: PlaceHead): number {
  return Math.max(displayWidth(place.name), ...place.details.map(displayWidth));
}
function selfColumns(label: string): number {
  return displayWidth(label) + 5;
}

// Column of each place, far enough from the one before for its words and for the arrows between.
function anchorsOf(drawing: Drawing, places: readonly PlaceHead[], labels: readonly string[]): number[] {
  const anchors: number[] = [];
  places.forEach((_, k) => {
    if (k === 0) {
      anchors.push(INDENT);
      return;
    }
    const before = anchors[k - 1] as number;
    let column = before + columnsOf(places[k - 1] as PlaceHead) + 2;
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
