// Everything a person reads exists in both languages; the compiler refuses a sentence that has only one.

import { remembered } from "./remembered.ts";

/** One sentence or title in English and in native Chinese. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}
export type Language = keyof Text;

/** Builds a bilingual text; between Han and Latin or digits stands a space, also where a name was filled in. */
export function text(en: string, zh: string): Text {
  return { en, zh: spaced(zh) };
}

const HAN_THEN_LATIN = /([\u4e00-\u9fff])([A-Za-z0-9])/g;
const LATIN_THEN_HAN = /([A-Za-z0-9])([\u4e00-\u9fff])/g;
const spaced = remembered((zh) => zh.replace(HAN_THEN_LATIN, "$1 $2").replace(LATIN_THEN_HAN, "$1 $2"));

/** The same in both languages: names, addresses, commands, lines of state. */
export function verbatim(line: string): Text {
  return { en: line, zh: line };
}

/** Whether it was quoted and not written: a sentence has its words in each language. */
export function isVerbatim({ en, zh }: Text): boolean {
  return en === zh;
}

/** Makes a string from a file safe for a terminal: C0, DEL, C1, bidirectional controls and line separators become visible escapes. */
export function printable(untrusted: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is the purpose
  return untrusted.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (c) => {
    const code = c.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
