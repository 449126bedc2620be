// Splits a typed line as a shell does, as far as people's pastes need it: commands, and words with quotes.

/** The commands between `;`, `&&` and `||`, outside quotes; a loop stays whole. */
export function splitCommands(line: string): string[] {
  if (/^\s*(?:for|while|if)\s/.test(line)) return [line.trim()];
  const commands: string[] = [];
  let quote: string | null = null;
  let start = 0;
  const cut = (end: number, next: number): void => {
    commands.push(line.slice(start, end));
    start = next;
  };
  for (let at = 0; at < line.length; at++) {
    const char = line[at] as string;
    if (quote !== null) {
      if (char === quote) quote = null;
    } else if (char === "\\") at++;
    else if (char === "'" || char === '"') {
      // An apostrophe in a sentence opens no quote.
      if (line.indexOf(char, at + 1) > 0) quote = char;
    } else if (char === ";") cut(at, at + 1);
    else if ((char === "&" || char === "|") && line[at + 1] === char) {
      cut(at, at + 2);
      at++;
    } else if (char === "#" && at > 0 && /\s/.test(line[at - 1] as string)) {
      cut(at, line.length);
      break;
    }
  }
  cut(line.length, line.length);
  return commands.map((command) => command.trim()).filter((command) => command !== "");
}

/** Words, without the quotes around them. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? (m[3] as string));
}
