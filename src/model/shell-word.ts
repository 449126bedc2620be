// Names in commands that somebody will paste into a shell: a name is whatever a capture or state file says it is, and
// must stay one word there.

import type { Facts } from "./finding.ts";

// Letters, digits and marks that mean nothing to a shell, and plain words between double quotes, as iptables-save writes
// comments.
const HARMLESS = /^(?:[\p{L}\p{N}_.:@%+,=/ -]|"[\p{L}\p{N}_.:@%+,=/ -]*")*$/u;
const WORD = /"((?:\\.|[^"\\])*)"|[^\s"]+|"/gs;

/** Words as one types them: unchanged where a shell takes them as they are, else each of them quoted. */
export function shellWords(words: string): string {
  if (HARMLESS.test(words)) return words;
  return [...words.matchAll(WORD)]
    .map(([word, quoted]) => {
      if (HARMLESS.test(word) || word === "!") return word;
      const plain = quoted === undefined ? word : quoted.replace(/\\(.)/gs, "$1");
      return `'${plain.replaceAll("'", "'\\''")}'`;
    })
    .join(" ");
}

/** Facts as they may stand in a command. */
export function shellFacts(facts: Facts): Facts {
  const entries = Object.entries<string>({ ...facts });
  if (entries.every(([, value]) => HARMLESS.test(value))) return facts;
  return Object.fromEntries(entries.map(([key, value]) => [key, shellWords(value)]));
}
