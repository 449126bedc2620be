// What a person can do next, on a terminal: commands, what else it could be, and what it is not.

import { printable } from "../model/text.ts";
import type { CauseItem, CommandItem, Item } from "./document/document.ts";
import { commandLines, labelled, labelWidth, type Page, termLines } from "./page.ts";
import { plain } from "./plain.ts";
import { fill, wrap } from "./width.ts";
import { WORDS } from "./words.ts";

// A report of about 30 lines: what goes beyond these counts is told with -v.
const MOST_SEARCHED = 2;

/** A label above lines of its own. */
export function headed(page: Page, label: string, lines: readonly string[]): string[] {
  return [page.style("label", `${label}${page.say(WORDS.colon).trimEnd()}`), ...lines];
}

/** Commands with what each does, beside their label. */
export function fixLines(page: Page, label: string, items: readonly CommandItem[]): string[] {
  const room = page.width - labelWidth(page);
  const lines = items.flatMap(({ command, said }) => {
    const effect = wrap(plain(said), command === "" ? room : room - 2);
    if (command === "") return effect;
    return [
      ...commandLines(command, room).map((line) => page.style("strong", line)),
      ...effect.map((line) => `  ${page.style("faint", line)}`),
    ];
  });
  return labelled(page, label, lines);
}

/** Commands whose output would decide, below their label. */
export function settleLines(page: Page, label: string, items: readonly CommandItem[]): string[] {
  const lines = items.flatMap(({ command, said }) => [
    ...commandLines(command, page.width - 2).map((line) => `  ${page.style("strong", line)}`),
    ...wrap(plain(said), page.width - 4).map((line) => `    ${page.style("faint", line)}`),
  ]);
  return headed(page, label, lines);
}

/** Causes with their titles, below their label. */
export function lookalikeLines(page: Page, label: string, items: readonly CauseItem[], more: Item | null): string[] {
  return headed(page, label, [
    ...(items.every(({ said }) => said === "")
      ? fill(
          items.map(({ code }) => code),
          ", ",
          page.width - 2,
        ).map((line) => `  ${line}`)
      : termLines(
          page,
          items.map(({ code, said }) => [code, said] as const),
          2,
        )),
    ...(more === null ? [] : wrap(plain(more.spans), page.width - 2).map((line) => `  ${line}`)),
  ]);
}

/** The causes that are ruled out, each with what excludes it. */
export function ruledOutLines(page: Page, label: string, items: readonly CauseItem[]): string[] {
  const rows = items.flatMap(({ code, said }) => wrap(`${code}${page.say(WORDS.colon)}${said}`, page.width - 2));
  return [page.style("label", label), ...rows.map((row) => `  ${row}`)];
}

/** The words people search for, in brackets. */
export function searchLines(page: Page, search: readonly string[]): string[] {
  if (search.length === 0) return [];
  const lines = searchWords(page, search.map(printable));
  return lines.map((line, index) => page.style("faint", index === lines.length - 1 ? `${line}]` : line));
}

// As many of the words of both languages as fit on two lines: the page's own first, then the others in turn.
function searchWords(page: Page, words: readonly string[]): string[] {
  const layOut = (some: readonly string[]): string[] => fill([`[${some[0]}`, ...some.slice(1)], " · ", page.width - 1);
  if (page.verbose) return layOut(words);
  const shown = [...words];
  for (let lines = layOut(shown); ; lines = layOut(shown)) {
    if (lines.length <= MOST_SEARCHED || shown.length <= 2) return lines;
    const [own, other] = halves(shown);
    const longer = own.length > other.length ? own.at(-1) : other.at(-1);
    shown.splice(shown.indexOf(longer as string), 1);
  }
}

function halves(words: readonly string[]): [string[], string[]] {
  const han = (word: string): boolean => /\p{Script=Han}/u.test(word);
  return [words.filter((word) => !han(word)), words.filter(han)];
}
