// Takes from pasted text what copying and mailing added: colour codes, carriage returns, quote marks, code fences.

/** One line as pasted, and where it stood. */
export interface PastedLine {
  readonly number: number;
  readonly text: string;
}

const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is removed
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[()][A-Z0-9]|[\u200b\ufeff]/g;
// The longest line tcpdump or ip print is below 2000 characters; what lies beyond is not theirs.
const LONGEST = 4000;

/** Lines without escapes, quote marks (`> `, where most lines have them) and trailing blanks; numbers start at 1. */
export function cleanLines(pasted: string): PastedLine[] {
  const lines = pasted
    .replace(ESCAPES, "")
    .replace(/\u00a0/g, " ")
    .split(/\r+\n|\n|\r/)
    .map((line) => line.slice(0, LONGEST));
  const written = lines.filter((line) => line.trim() !== "");
  const quoted = written.length > 0 && written.filter((line) => /^\s*>/.test(line)).length * 2 > written.length;
  return lines.map((line, index) => {
    let body = line.trimEnd();
    if (quoted) body = body.replace(/^\s*(?:> ?)+/, "");
    return { number: index + 1, text: /^\s*(```|~~~)\w*$/.test(body) ? "" : body };
  });
}
