// A line for `ip -batch` or `bridge -batch` from words of a state file, which anybody may have written: each stays one word.

import { ProblemError } from "../../model/problem.ts";
import { printable, text } from "../../model/text.ts";

// A batch file knows blanks, quotes, comments, escapes and line ends; `ip` itself would run a command after `netns exec`.
const ONE_WORD = /^[^\s'"\\#\p{Cc}]+$/u;

/** The words in a row, without those that are absent; refused where one of them would be more than a word. */
export function line(...words: readonly (string | number | false | null | undefined)[]): string {
  const said = words.filter((word) => word !== false && word !== null && word !== undefined).map(String);
  for (const word of said.flatMap((one) => one.split(" "))) if (!ONE_WORD.test(word)) throw noWord(word);
  return said.join(" ");
}

/** One name or address of the state, which must not hold a blank either. */
export function word(value: string): string {
  if (!ONE_WORD.test(value)) throw noWord(value);
  return value;
}

/** `KEYWORD value`; nothing where there is no value. */
export function option(keyword: string, value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : `${keyword} ${word(String(value))}`;
}

function noWord(value: string): ProblemError {
  const shown = printable(value);
  return new ProblemError({
    kind: "bad-name",
    severity: "error",
    place: value,
    text: text(
      `The state holds the name "${shown}", which no tool would take as one word; such a network is not rebuilt.`,
      `状态里有名字“${shown}”，任何工具都不会把它当作一个词；这样的网络不重建。`,
    ),
  });
}
