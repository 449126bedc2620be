// Words that are meant for whatever shows them: a terminal, a browser, GitHub's Markdown, Mermaid.

import type { Random } from "./random.ts";

const WORDS: readonly string[] = [
  // Terminals: clear, title, colour, a link, what C1 and bidirectional controls do.
  "\u001b[2J\u001b]0;owned\u0007",
  "\u001b]8;;http://example.org\u001b\\x\u001b]8;;\u001b\\",
  "\u009b31m",
  "\u001b[31mred",
  "\u0000\u0001\u0008\u007f\u0085",
  "a\nb\r\nc\td",
  "\u202egnp.exe\u202c",
  "\u2066x\u2069\u200f\u061c",
  "one\u2028two\u2029three",
  // HTML, in text and in attributes.
  "<img src=x onerror=alert(1)>",
  "</title><script>alert(1)</script>",
  '" onmouseover="alert(1)',
  "' autofocus onfocus='alert(1)",
  "</style><svg onload=alert(1)>",
  "<!-- x",
  "]]>",
  "&lt;script&gt;&#60;b&#x3e;&amp",
  // Markdown.
  "a|b||c \\| `d|e`",
  "`",
  "`` ` ```",
  "```\n# heading\n```",
  "~~~",
  "![x](http://example.org/x.png)",
  "[x](javascript:alert(1))",
  "[x]: http://example.org",
  "[^1] [^1]: note",
  "<https://example.org>",
  "https://example.org/x www.example.org ftp://example.org",
  "name@example.org mailto:name@example.org",
  "@everyone owner/name#12 #13 GH-14 0123456789abcdef0123456789abcdef01234567",
  "$x$ $$y$$",
  ":tada:",
  "*x* **y** _z_ __w__ ~~v~~ ***u***",
  "# x",
  "- [ ] x",
  "1. x",
  "> x",
  "---",
  "===",
  "\n| --- | --- |\n| x | y |",
  "    x",
  "x\\",
  "<details><summary>x</summary>",
  // Mermaid.
  "; end",
  "end",
  "%%{init: {'securityLevel': 'loose'}}%%",
  "%% x",
  "#quot;#lt;#35;",
  "x<br/>y",
  "p1->>p2: x",
  "Note over p1: x",
  "participant x as y",
  'click p1 href "javascript:alert(1)"',
  "wrap:x",
  ":",
  // Shells, as commands to be typed hold names.
  "$(reboot) `reboot` ; reboot & | > x",
  "'\"'\"",
  // Names that every object of JavaScript has something under.
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
  // Letters of other kinds.
  "",
  " ",
  "名字：接口",
  "שלום",
  "e\u0301\u200d👩‍👧\ufeff",
  "\ud800x",
  "x".repeat(300),
  "word ".repeat(200),
];

/** One of them, or two together. */
export function hostileWords(random: Random): string {
  const one = random.pick(WORDS);
  return random.chance(0.2) ? one + random.pick(WORDS) : one;
}

/** Words from elsewhere with hostile ones instead of them, before, within or behind. */
export function withHostileWords(words: string, random: Random): string {
  const hostile = hostileWords(random);
  const at = random.below(words.length + 1);
  return random.chance(0.4) ? hostile : words.slice(0, at) + hostile + words.slice(at);
}
