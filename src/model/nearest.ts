// "Did you mean": the known word nearest to what was typed.

import { type Text, text } from "./text.ts";

/** The nearest of the known words, null where none is near (a third of its letters differ). */
export function nearest(typed: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const word of known) {
    const distance = editDistance(typed.toLowerCase(), word);
    if (distance < least) [best, least] = [word, distance];
  }
  if (best !== null && least <= Math.max(2, Math.ceil(best.length / 3))) return best;
  return known.find((word) => typed.length > 2 && word.includes(typed.toLowerCase())) ?? null;
}

/** "Did you mean …?", to stand behind a sentence; nothing where no known word is near. */
export function guessOf(typed: string, known: readonly string[]): Text {
  const meant = nearest(typed, known);
  return meant === null ? text("", "") : text(` Did you mean ${meant}?`, `是不是 ${meant}？`);
}

// Letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replaced, (above[j] as number) + 1, (row[j - 1] as number) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] as number) + 1);
      }
      row.push(cost);
    }
    before = above;
    above = row;
  }
  return above[b.length] as number;
}
