// The drawing as a picture: interfaces as columns, time downwards, an arrow for each thing that went between them.

import type { Drawing } from "../model/report.ts";
import { printable } from "../model/text.ts";
import type { Page } from "./page.ts";
import { displayWidth } from "./width.ts";

// Pixels. A column of text is about 7.3 wide in the fonts this is drawn with.
const LETTER = 7.4;
const ROW = 34;
const LINE = 17;
const EDGE = 12;
const LOOP = 46;

/** An SVG picture that stands in an HTML page; none without places. */
export function svgDrawing(page: Page, drawing: Drawing, escaped: (words: string) => string): string {
  if (drawing.places.length === 0) return "";
  const places = drawing.places.map((place) => ({
    name: printable(place.name),
    details: printable(place.detail)
      .split(" ")
      .filter((word) => word !== ""),
  }));
  const labels = drawing.lines.map((line) => page.say(line.label));
  const wide = places.map(({ name, details }) => Math.max(...[name, ...details].map(textWidth)));
  const middles = middlesOf(drawing, wide, labels);
  const head = (1 + Math.max(...places.map(({ details }) => details.length))) * LINE + 8;
  const height = head + ROW * drawing.lines.length + 16;
  const ends = drawing.lines.map((line, i) =>
    line.from === line.to ? (middles[line.from] as number) + LOOP + textWidth(labels[i] as string) : 0,
  );
  const width = Math.max(...wide.map((w, i) => (middles[i] as number) + w / 2), ...ends) + EDGE;
  const parts = places.flatMap(({ name, details }, i) => {
    const x = middles[i] as number;
    return [
      `<text class="place" x="${x}" y="${LINE}">${escaped(name)}</text>`,
      ...details.map((one, d) => `<text class="detail" x="${x}" y="${LINE * (d + 2)}">${escaped(one)}</text>`),
      `<line class="life" x1="${x}" y1="${head}" x2="${x}" y2="${height - 4}"/>`,
    ];
  });
  drawing.lines.forEach((line, i) => {
    const y = head + ROW * (i + 1) - 8;
    parts.push(arrow(line, escaped(labels[i] as string), middles[line.from] as number, middles[line.to] as number, y));
  });
  const names = escaped(places.map(({ name }) => name).join(", "));
  return `<svg role="img" aria-label="${names}" viewBox="0 0 ${Math.ceil(width)} ${height}" width="${Math.ceil(width)}" height="${height}">${parts.join("")}</svg>`;
}

function textWidth(words: string): number {
  return displayWidth(words) * LETTER;
}

// Middles of the columns, far enough apart for the names and for the words on the arrows.
function middlesOf(drawing: Drawing, wide: readonly number[], labels: readonly string[]): number[] {
  const middles: number[] = [];
  wide.forEach((own, k) => {
    let x = EDGE + own / 2;
    if (k > 0) x = (middles[k - 1] as number) + ((wide[k - 1] as number) + own) / 2 + 2 * EDGE;
    drawing.lines.forEach((line, i) => {
      const [left, right] = line.from < line.to ? [line.from, line.to] : [line.to, line.from];
      const label = textWidth(labels[i] as string);
      if (left === right && left === k - 1) x = Math.max(x, (middles[left] as number) + LOOP + label + EDGE);
      if (right === k && left < k) x = Math.max(x, (middles[left] as number) + label + 3 * EDGE);
    });
    middles.push(Math.round(x));
  });
  return middles;
}

function arrow(line: Drawing["lines"][number], label: string, from: number, to: number, y: number): string {
  const dies = line.end === "dies";
  const look = dies ? "arrow dies" : "arrow";
  if (line.from === line.to) {
    const back = dies ? cross(from + 30, y) : head(from, y, -1);
    const path = `M${from} ${y - 12}h30v12h${dies ? 0 : -23}`;
    return `<g class="${look}"><path d="${path}"/>${back}<text class="beside" x="${from + LOOP - 8}" y="${y - 2}">${label}</text></g>`;
  }
  const way = from < to ? 1 : -1;
  const end = dies ? cross(to, y) : head(to, y, way);
  const middle = Math.round((from + to) / 2);
  return `<g class="${look}"><path d="M${from} ${y}H${to - way * 8}"/>${end}<text x="${middle}" y="${y - 6}">${label}</text></g>`;
}

function head(x: number, y: number, way: number): string {
  return `<path class="head" d="M${x} ${y}l${-way * 9} -4.5v9z"/>`;
}
function cross(x: number, y: number): string {
  return `<path d="M${x - 6} ${y - 6}l12 12m0 -12l-12 12"/>`;
}
