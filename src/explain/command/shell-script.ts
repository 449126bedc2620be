// A shell's text cut into the commands it would run, as far as that can be told without running it.

/** Words in front of a command that are the shell's own. */
const KEYWORDS = new Set(["if", "then", "elif", "else", "while", "until", "do", "!", "{", "(", "time"]);
const BLANK = /[\t ]/;
// Descriptors and files of a redirection: `>/dev/null`, `2>&1`, `<file`, `&>log`.
const REDIRECTION = /^(?:\d*(?:>>|>\||>&|<<<|<&|<>|>|<)|&>>?)(.*)$/;
// A script of megabytes is data.
const LONGEST = 256 * 1024;

interface Cut {
  readonly words: string[];
  /** Whether the word under way is there, and whether any of it was quoted. */
  word: string | null;
  quoted: boolean;
}

/**
 * The simple commands of a script, each as its words without quotes; what it expands (`$HOST`) stays as it is written. A
 * connection that bash opens itself (`/dev/tcp/HOST/PORT`) stands as a command of its own.
 */
export function commandsOfScript(script: string): string[][] {
  const commands: string[][] = [];
  const cut: Cut = { words: [], word: null, quoted: false };
  const endWord = (): void => {
    if (cut.word !== null) cut.words.push(cut.quoted ? quotedMark(cut.word) : cut.word);
    cut.word = null;
    cut.quoted = false;
  };
  const endCommand = (): void => {
    endWord();
    const words = cut.words.splice(0);
    const plain = plainWords(words);
    if (plain.length > 0) commands.push(plain);
    commands.push(...connectionsOf(words));
  };
  const text = script.slice(0, LONGEST).replaceAll("\\\n", " ");
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === "'" || char === '"') {
      const end = endOfQuote(text, at, char);
      cut.word = (cut.word ?? "") + unescaped(text.slice(at + 1, end), char);
      cut.quoted = true;
      at = end;
    } else if (char === "\\") {
      at++;
      cut.word = (cut.word ?? "") + (text[at] ?? "");
    } else if (BLANK.test(char)) endWord();
    else if (char === "#" && cut.word === null) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end - 1;
    } else if (isEnd(text, at)) endCommand();
    else cut.word = (cut.word ?? "") + char;
  }
  endCommand();
  return commands;
}

// A quoted ">" redirects nothing: the mark keeps it from being taken for one.
const MARK = "\u0000";
const quotedMark = (word: string): string => MARK + word;

function isEnd(text: string, at: number): boolean {
  const char = text[at] as string;
  if (char === "\n" || char === ";" || char === "|" || char === "(" || char === ")") return true;
  // `2>&1` and `&>log` redirect.
  return char === "&" && text[at - 1] !== ">" && text[at - 1] !== "<" && text[at + 1] !== ">";
}

function endOfQuote(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === "\\") at++;
    else if (text[at] === quote) return at;
  }
  return text.length;
}

function unescaped(words: string, quote: string): string {
  return quote === '"' ? words.replace(/\\(["\\$`])/g, "$1") : words;
}

/** What bash opens as a connection where it redirects to it. */
export const SHELL_CONNECTION = /^\/dev\/(tcp|udp)\/([^/]+)\/(\d{1,5})$/;

function connectionsOf(words: readonly string[]): string[][] {
  return words.flatMap((word, at) => {
    const to = REDIRECTION.exec(word)?.[1];
    const name = (to === "" ? words[at + 1] : to)?.replace(MARK, "");
    return name !== undefined && SHELL_CONNECTION.test(name) ? [[name]] : [];
  });
}

function plainWords(words: readonly string[]): string[] {
  const plain: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const redirection = REDIRECTION.exec(word);
    if (word.startsWith(MARK)) plain.push(word.slice(1));
    else if (redirection !== null) at += redirection[1] === "" ? 1 : 0;
    else plain.push(word);
  }
  while (plain.length > 0 && KEYWORDS.has(plain[0] as string)) plain.shift();
  return plain;
}
