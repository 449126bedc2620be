// Words of nft's language, with their places in the text.

export interface NftToken {
  /** Without the quotes around it. */
  readonly text: string;
  /** A name in quotes, never a keyword; or a break: end of line or `;`; or a remark behind `#`. */
  readonly kind: "word" | "quoted" | "break" | "remark";
  readonly start: number;
  readonly end: number;
}

/** Cuts text into words, braces, commas, line ends and remarks. Never fails: a quote that is not closed ends with its line. */
export function tokensOf(source: string): NftToken[] {
  const tokens: NftToken[] = [];
  let at = 0;
  const push = (kind: NftToken["kind"], end: number, text = source.slice(at, end)): void => {
    tokens.push({ kind, text, start: at, end });
    at = end;
  };
  while (at < source.length) {
    const char = source[at] as string;
    if (char === "\n" || char === ";") push("break", at + 1);
    else if (/\s/.test(char)) at++;
    else if (char === "#") push("remark", lineEnd(source, at));
    else if ("{},()".includes(char)) push("word", at + 1);
    else {
      const end = wordEnd(source, at);
      const text = source.slice(at, end);
      const quoted = /^"([^"]*)"?$/.exec(text);
      push(quoted ? "quoted" : "word", end, quoted?.[1] ?? text);
    }
  }
  return tokens;
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf("\n", from);
  return end < 0 ? source.length : end;
}

// A comma belongs to a word only between two parts of it: `established,related`.
function wordEnd(source: string, from: number): number {
  let quoted = false;
  for (let at = from; at < source.length; at++) {
    const char = source[at] as string;
    if (char === "\n") return at;
    if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (/[\s;{}()]/.test(char) || (char === "," && !/[^\s"{}]/.test(source[at + 1] ?? " "))) return at;
  }
  return source.length;
}

/** Reads tokens one after another. */
export class NftTokens {
  readonly #tokens: readonly NftToken[];
  #at = 0;

  constructor(tokens: readonly NftToken[]) {
    this.#tokens = tokens;
  }

  peek(ahead = 0): NftToken | null {
    return this.#tokens[this.#at + ahead] ?? null;
  }

  next(): NftToken | null {
    const token = this.peek();
    if (token !== null) this.#at++;
    return token;
  }

  /** Whether this word comes next, unquoted. */
  sees(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token !== null && token.kind === "word" && token.text === text;
  }

  /** Takes this word where it comes next. */
  takes(text: string): boolean {
    if (!this.sees(text)) return false;
    this.#at++;
    return true;
  }

  /** The text of the next word, quoted or not; null at a break or at the end. */
  word(): string | null {
    const token = this.peek();
    if (token === null || (token.kind !== "word" && token.kind !== "quoted")) return null;
    this.#at++;
    return token.text;
  }

  /** The tokens between braces, the opening one being next; `closed` is false where the text ends before. */
  braces(): { inside: NftToken[]; closed: boolean } {
    const inside: NftToken[] = [];
    this.#at++;
    for (let depth = 1; ; ) {
      const token = this.next();
      if (token === null) return { inside, closed: false };
      if (token.kind === "word" && token.text === "{") depth++;
      if (token.kind === "word" && token.text === "}" && --depth === 0) return { inside, closed: true };
      inside.push(token);
    }
  }

  /** Everything up to the next break outside braces, which is taken too; remarks apart. */
  line(): { tokens: NftToken[]; remarks: string[] } {
    const tokens: NftToken[] = [];
    const remarks: string[] = [];
    for (let depth = 0; ; ) {
      const token = this.next();
      if (token === null || (token.kind === "break" && depth === 0)) return { tokens, remarks };
      if (token.kind === "remark") {
        remarks.push(token.text);
        continue;
      }
      if (token.kind === "break") continue;
      if (token.kind === "word") depth += token.text === "{" ? 1 : token.text === "}" ? -1 : 0;
      tokens.push(token);
    }
  }
}
