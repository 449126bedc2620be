// How much room words take in the fonts of the pictures, in pixels, generously: the file brings no font of its own.

import { displayWidth } from "../width.ts";

// Advance of a column at 13, 12 and 11 pixels in monospaced fonts, the widest of which take 0.61 of their size.
const COLUMN = { title: 8.2, name: 7.6, small: 6.9 } as const;
/** A size of letters. */
export type Size = keyof typeof COLUMN;

/** Pixels of one line. */
export function widthOf(words: string, size: Size): number {
  return Math.ceil(displayWidth(words) * COLUMN[size]);
}

/** The words, or as many of their beginning and end as so many columns hold. */
export function shortened(words: string, columns: number): string {
  if (displayWidth(words) <= columns) return words;
  const all = [...words];
  const tail = Math.floor((columns - 1) / 3);
  const end = takeFrom(all.toReversed(), tail).toReversed().join("");
  return `${takeFrom(all, columns - 1 - displayWidth(end)).join("")}…${end}`;
}

function takeFrom(letters: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let room = columns;
  for (const letter of letters) {
    room -= displayWidth(letter);
    if (room < 0) break;
    taken.push(letter);
  }
  return taken;
}
