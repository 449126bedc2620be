// Takes from pasted text what copying and mailing added: colour codes, carriage returns, quote marks, code fences.

/** One line as pasted, and where it stood. */
export interface PastedLine {
  readonly number: number;
  readonly text: string;
}

// A break as HTML writes it, which forums show as text.
const BREAK = /(?:\s*<br ?\/?>)+$/i;
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is removed
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[()][A-Z0-9]|[\u200b\ufeff]/g;
// The terminal echoes the key in front of what the program, or the shell's prompt, prints next.
const INTERRUPTED = /^\s*(?:\^[CZ])+(?=\d\d:\d\d:\d\d\.\d|\d{4}-\d\d-\d\d |\[?[\w.+-]+@[\w.-]+[:\s])/;
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
  const margins = quoted ? [] : marginsOf(lines, marginOf(written));
  const margin = marginOf(written);
  return lines.map((line, index) => {
    let body = line
      .trimEnd()
      .replace(BREAK, "")
      .slice(margins[index] ?? margin);
    if (quoted) body = body.replace(/^\s*(?:> ?)+/, "");
    body = body.replace(INTERRUPTED, "");
    return {
      number: index + 1,
      text: /^\s*(```|~~~)\w*$/.test(body) ? "" : withoutTicks(withoutStars(withoutHash(body))),
    };
  });
}

// What a command printed, set off as a comment below it.
function withoutHash(body: string): string {
  return /^# (?:PING \S+ \(|\d+ bytes from |From \S+ icmp_seq|--- \S+ ping statistics|\d+ packets transmitted)/.test(
    body,
  )
    ? body.slice(2)
    : body;
}

// A line that Markdown would show in bold.
function withoutStars(body: string): string {
  return body.replace(/^(\s*)\*\*([^*]+)\*\*$/, "$1$2");
}

// Written as inline code: one mark in front of the first line, one behind the last; a pair inside a line is the shell's.
function withoutTicks(body: string): string {
  const isOdd = body.split("`").length % 2 === 0;
  if (/^\s*`[^`].*`$/.test(body) && !isOdd) return body.replace(/^(\s*)`/, "$1").slice(0, -1);
  if (!isOdd) return body;
  if (/^\s*`(?!`)/.test(body)) return body.replace(/^(\s*)`/, "$1");
  return body.endsWith("`") ? body.slice(0, -1).trimEnd() : body;
}

// Forums indent what is code, and not what is said about it: each part between blank lines has a margin of its own.
function marginsOf(lines: readonly string[], common: number): number[] {
  const margins: number[] = [];
  for (let at = 0; at < lines.length; ) {
    let end = at;
    while (end < lines.length && lines[end]?.trim() !== "") end++;
    const part = lines.slice(at, end);
    const own = marginOf(part);
    const isCode = part.length > 0 && (own >= CODE_MARGIN || part.every((line) => line.startsWith("\t")));
    for (let place = at; place < Math.min(end + 1, lines.length); place++) margins.push(isCode ? own : common);
    at = end + 1;
  }
  return margins;
}

const CODE_MARGIN = 4;

// Mail and Markdown indent all of it alike.
function marginOf(written: readonly string[]): number {
  return written.reduce((least, line) => Math.min(least, line.length - line.trimStart().length), LONGEST) % LONGEST;
}
