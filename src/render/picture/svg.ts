// Pieces of SVG. Words go in by `text` alone, which escapes them.

import { round } from "./curve.ts";

/** A picture and how wide it is. */
export interface Picture {
  readonly svg: string;
  readonly w: number;
}

/** Makes words safe within markup. */
export function escaped(words: string): string {
  return words.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A line of words. */
export function textAt(look: string, x: number, y: number, words: string): string {
  return `<text class="${look}" x="${round(x)}" y="${round(y)}">${escaped(words)}</text>`;
}

/** A path. */
export function pathAt(look: string, data: string): string {
  return `<path class="${look}" d="${data}"/>`;
}

/** A rectangle with round corners. */
export function boxAt(
  look: string,
  { x, y, w, h }: { x: number; y: number; w: number; h: number },
  radius: number,
): string {
  return `<rect class="${look}" x="${round(x)}" y="${round(y)}" width="${round(w)}" height="${round(h)}" rx="${radius}"/>`;
}

/** The mark of a drop. */
export function crossAt(x: number, y: number, radius = 9): string {
  const arm = radius * 0.4;
  const cross = `M${round(x - arm)} ${round(y - arm)}l${round(2 * arm)} ${round(2 * arm)}m0 ${round(-2 * arm)}l${round(-2 * arm)} ${round(2 * arm)}`;
  return `<g class="stop"><circle cx="${round(x)}" cy="${round(y)}" r="${radius}"/><path d="${cross}"/></g>`;
}

/** A number of a step on a line. */
export function chipAt(look: string, x: number, y: number, words: string): string {
  const w = 8 + words.length * 6.6;
  return `<g class="chip ${look}">${boxAt("plate", { x: x - w / 2, y: y - 8, w, h: 16 }, 8)}${textAt("number", x, y + 3.8, words)}</g>`;
}

/** The head of an arrow that comes from `from`. */
export function headAt(look: string, from: { x: number; y: number }, to: { x: number; y: number }): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [x, y] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const at = (along: number, across: number): string =>
    `${round(to.x - along * x - across * y)} ${round(to.y - along * y + across * x)}`;
  return pathAt(`head ${look}`, `M${at(0, 0)}L${at(8, 4)}L${at(8, -4)}z`);
}

/** A whole picture with a name and a description for those who do not see it. */
export function svgOf(
  look: string,
  { id, w, h, role }: { id: string; w: number; h: number; role: "img" | "group" },
  { title, description }: { title: string; description: string },
  parts: readonly string[],
): string {
  const named = `<title id="${id}-t">${escaped(title)}</title><desc id="${id}-d">${escaped(description)}</desc>`;
  return `<svg class="${look}" role="${role}" aria-labelledby="${id}-t" aria-describedby="${id}-d" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}">${named}${parts.join("")}</svg>`;
}
