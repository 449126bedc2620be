// Words within Mermaid's syntax.

import { printable } from "../model/text.ts";

/** Mermaid's own way to write a character by its number: what could end a line or a label, begin a comment or a formula, or be taken for markup. */
export function mermaidWords(words: string): string {
  return printable(words).replace(/[#;<>%&$"`]/g, (character) => `#${character.charCodeAt(0)};`);
}
