// A line of state that nobody printed: it was typed as a command and replayed, and says so itself.

const MARK = " # ";

/** The fact as a tool would show it, with the commands it comes from. */
export function typedLine(fact: string, commands: readonly string[]): string {
  return commands.length === 0 ? fact : `${fact}${MARK}${commands.join("; ")}`;
}

/** The commands behind a line of state; null where a tool printed it. */
export function commandBehind(line: string): string | null {
  const at = markAt(line);
  return at < 0 ? null : line.slice(at + MARK.length);
}

/** A line of state without the commands behind it. */
export function printedPart(line: string): string {
  const at = markAt(line);
  return at < 0 ? line : line.slice(0, at);
}

// A rule's comment or log prefix may hold the like, in quotes.
function markAt(line: string): number {
  let at = line.indexOf(MARK);
  while (at >= 0 && (line.slice(0, at).match(/"/g)?.length ?? 0) % 2 === 1) at = line.indexOf(MARK, at + 1);
  return at;
}
