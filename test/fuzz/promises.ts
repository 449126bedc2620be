// What a report promises whoever shows it, whatever it was made from: a terminal obeys nothing in it, and no markup in it
// is anybody's but ours.

import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { causeByCode } from "../../src/causes/registry.ts";
import type { Report } from "../../src/model/report.ts";
import { renderHtml } from "../../src/render/html.ts";
import { renderJson, renderJsonLines } from "../../src/render/json.ts";
import { renderMarkdown } from "../../src/render/markdown.ts";
import { renderMermaid } from "../../src/render/mermaid.ts";
import { renderText } from "../../src/render/text.ts";
import { promise } from "./family.ts";
import type { Random } from "./random.ts";

// All that a terminal would obey; a line feed is the report's own.
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for control characters is the purpose
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Writes the report in every form and throws where one breaks its promise. */
export function keepsPromises(report: Report, random: Random): void {
  const language = random.pick(["en", "zh"] as const);
  const verbose = random.chance(0.5);
  const titleOf = (code: string) => causeByCode(code)?.title;
  const predicted = random.chance(0.1);
  const looks = { language, verbose, titleOf, predicted };
  const width = random.pick([72, 80, 100]);
  obeysNothing("text", renderText(report, { ...looks, width, color: false, quiet: random.chance(0.1) }));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the report's own colours are taken out
  const colours = /\u001b\[(?:0|1|2|1;3[125])m/g;
  obeysNothing("colour", renderText(report, { ...looks, width, color: true }).replace(colours, ""));
  for (const json of [renderJson, renderJsonLines]) {
    const lines = json(report, { language, version: "0.0.0" });
    obeysNothing("JSON", lines);
    for (const line of json === renderJson ? [lines] : lines.trimEnd().split("\n")) JSON.parse(line);
  }
  const options = { ...looks, version: "0.0.0" };
  const html = renderHtml(report, options);
  obeysNothing("HTML", html);
  onlyOurElements(html);
  const markdown = renderMarkdown(report, options);
  obeysNothing("Markdown", markdown);
  onlyOurMarkdown(markdown);
  const mermaid = renderMermaid(report, options);
  obeysNothing("Mermaid", mermaid);
  onlyOurDiagram(mermaid);
}

/** What is to be typed holds no name as a command of its own: outside of quotes a shell would obey it. */
export function commandsStayOurs(report: Report): void {
  const typed = report.flows.flatMap(({ findings }) => findings.flatMap(({ fixes, settle }) => [...fixes, ...settle]));
  for (const { command } of typed) {
    const bare = command.replace(/'[^']*'/g, "");
    promise(!/\$\(reboot|`reboot|; reboot/.test(bare), `a shell obeys a name: ${command}`);
  }
}

function obeysNothing(form: string, words: string): void {
  const at = OBEYED.exec(words);
  promise(at === null, `the ${form} obeys ${JSON.stringify(at?.[0])}: ${around(words, at?.index ?? 0)}`);
}

function around(words: string, at: number): string {
  return JSON.stringify(words.slice(Math.max(0, at - 60), at + 40));
}

const HTML_ELEMENTS = new Set(
  "html head meta title style body main h1 h2 h3 p b code strong ul li pre div table thead tbody tr th td figure figcaption svg desc rect circle text line g path span details summary a".split(
    " ",
  ),
);
const HTML_ATTRIBUTES = new Set(
  "lang charset http-equiv content name class scope role tabindex aria-label aria-labelledby aria-describedby viewBox width height id x y x1 y1 x2 y2 rx r cx cy d href".split(
    " ",
  ),
);

/** Reads HTML more strictly than any browser: known elements in order, quoted attributes, every special character escaped. */
function onlyOurElements(html: string): void {
  const token = /<(\/?)([a-z][a-z0-9]*)((?: [a-zA-Z0-9-]+="(?:[^"<>&]|&#\d+;)*")*)(\/?)>|(?:[^<>"'&]|&#\d+;)+/y;
  const open: string[] = [];
  token.lastIndex = "<!doctype html>\n".length;
  while (token.lastIndex < html.length) {
    const at = token.lastIndex;
    const [whole, close, name, attributes = "", empty] = token.exec(html) ?? [];
    promise(whole !== undefined, `HTML that is not ours: ${around(html, at)}`);
    if (name === undefined) continue;
    promise(HTML_ELEMENTS.has(name), `HTML has an element that is not ours: ${around(html, at)}`);
    for (const [, attribute = "", value = ""] of attributes.matchAll(/ ([a-zA-Z0-9-]+)="([^"]*)"/g)) {
      promise(attribute !== "href" || /^#step-[\d-]+$/.test(value), `HTML leads elsewhere: ${around(html, at)}`);
      promise(HTML_ATTRIBUTES.has(attribute), `HTML has an attribute that is not ours: ${around(html, at)}`);
    }
    if (close === "/") promise(open.pop() === name, `HTML closes what is not open: ${around(html, at)}`);
    else if (empty !== "/" && name !== "meta") open.push(name);
    if (name === "style" && close === "") token.lastIndex = html.indexOf("</style>", token.lastIndex);
  }
  promise(open.length === 0, `HTML leaves open: ${open.join(" ")}`);
}

const MARKDOWN_ELEMENTS = new Set("h3 h4 p strong code pre table thead tbody tr th td ul li".split(" "));

// An escaped dollar begins no formula, and Markdown would take its backslash away.
const DOLLAR = "\ue000";

/** Reads the Markdown as GitHub does, raw HTML and all addresses allowed: nothing but our own elements may come out. */
function onlyOurMarkdown(markdown: string): void {
  const html = micromark(markdown.replaceAll("\\$", DOLLAR), {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  const open: string[] = [];
  for (const { 0: tag, 1: close, 2: name = "", index } of html.matchAll(/<(\/?)([!a-zA-Z][a-zA-Z0-9]*)?[^>]*>/g)) {
    const plain =
      tag === `<${close}${name}>` ||
      /^<code class="language-(?:sh|text|mermaid)">$|^<th align="right">$|^<td align="right">$/.test(tag);
    promise(MARKDOWN_ELEMENTS.has(name) && plain, `Markdown has an element that is not ours: ${around(html, index)}`);
    if (close === "/") open.pop();
    else {
      promise(name !== "li" || open.at(-2) !== "li", `Markdown has a list in a list: ${around(html, index)}`);
      open.push(name);
    }
  }
  // What GitHub looks for after that: mentions, issues, addresses, emoji, formulas.
  const told = html.replace(/<code[^>]*>[\s\S]*?<\/code>/g, "<code>").replace(/&(?:amp|lt|gt|quot);/g, "=");
  const active = /@[a-z0-9]|#\d|\bGH-\d|:\/\/|\bwww\.|:[a-z0-9_+-]+:|\$|\b[0-9a-f]{7,40}\b/i.exec(told);
  promise(active === null, `Markdown has active words ${active?.[0]}: ${around(told, active?.index ?? 0)}`);
  for (const table of markdown.matchAll(/^\| # \|.*(?:\n\|.*)*/gm)) {
    const rows = table[0].split("\n").map(
      (row) =>
        row
          .replace(/\\[^|]/g, "")
          .replace(/\\\|/g, "")
          .split("|").length,
    );
    promise(new Set(rows).size === 1, `Markdown has rows of ${[...new Set(rows)].join(", ")} cells: ${table[0]}`);
  }
}

const DIAGRAM_LINE =
  /^ {2}(?:(?:participant p\d+ as|box transparent) .*\S.*|end |Note over p\d+(?:,p\d+)?: .*|p\d+-{1,2}(?:>>|x)p\d+: .*)$/;

/** The few kinds of lines of our own, and in their words nothing that Mermaid takes for its own. */
function onlyOurDiagram(diagram: string): void {
  const [first, ...lines] = diagram.trimEnd().split("\n");
  promise(first === "sequenceDiagram", `not a diagram: ${first}`);
  for (const line of lines) {
    promise(DIAGRAM_LINE.test(`${line} `), `Mermaid has a line that is not ours: ${JSON.stringify(line)}`);
    const colon = line.indexOf(": ");
    const words = (colon < 0 ? line : line.slice(colon)).replace(/#\d+;|<br\/>/g, "");
    promise(!/[;<>%#&$]/.test(words), `Mermaid has words that it takes for its own: ${JSON.stringify(line)}`);
  }
}
