// Words of a command line: names as a shell takes them, options only where they are given.

import { shellWords } from "../model/shell-word.ts";

/** The words in a row, without those that are absent. */
export function words(...list: readonly (string | false | undefined | null)[]): string {
  return list.filter((word) => typeof word === "string" && word !== "").join(" ");
}

/** `KEYWORD value`, with the value as a shell takes it; nothing where there is none. */
export function option(keyword: string, value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : `${keyword} ${shellWords(String(value))}`;
}

/** One name or address as a shell takes it. */
export function name(value: string): string {
  return shellWords(value);
}
