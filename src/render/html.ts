// The report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere, and a policy in it
// that lets a browser fetch nothing.

import type { Report } from "../model/report.ts";
import { blocksOf, type PageBlock, type PageOptions, pageDocument, type Row } from "./blocks.ts";
import type { Document, Span } from "./document/document.ts";
import type { Voice } from "./document/voice.ts";
import { figuresOf } from "./html-figures.ts";
import { PICTURE_STYLE } from "./html-picture-style.ts";
import { HTML_STYLE } from "./html-style.ts";
import { escaped } from "./picture/svg.ts";
import { WORDS } from "./words.ts";

/** The whole file, ending in a newline. */
export function renderHtml(report: Report, options: PageOptions): string {
  const { voice, told } = pageDocument(report, options);
  return htmlPage(voice, titleOf(told), blocksOf(voice, told));
}

/** A page of these blocks, whatever they tell. */
export function htmlPage(voice: Voice, title: string, blocks: readonly PageBlock[]): string {
  return [
    "<!doctype html>",
    `<html lang="${voice.language === "zh" ? "zh-CN" : "en"}">`,
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escaped(title)}</title>`,
    `<style>${HTML_STYLE}${PICTURE_STYLE}</style>`,
    "</head>",
    "<body>",
    "<main>",
    ...blocks.map((block) => blockOf(voice, block)).filter((block) => block !== ""),
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

// A browser's tab has room for the headline alone.
function titleOf({ sections, main }: Document): string {
  const parts = sections.flatMap(({ flow, parts }) => (flow === null || flow === main ? parts : []));
  const headline = parts.find((part) => part.kind === "no-answer" || part.kind === "answer");
  const [first] = parts;
  return headline?.sentence ?? (first?.kind === "title" ? first.sentence : "pktwhy");
}

function blockOf(voice: Voice, block: PageBlock): string {
  switch (block.kind) {
    case "title":
      return `<h${block.level} class="${block.verdict}">${line(block.spans)}</h${block.level}>`;
    case "paragraph":
      return `<p>${labelled(voice, block.label, line(block.spans))}</p>`;
    case "drawing":
      // The pictures show all of it.
      return "";
    case "picture":
      return figuresOf(voice, block);
    case "table":
      return `${heading(block.label)}\n<div class="wide"><table>\n${tableOf(block.head, block.rows)}\n</table></div>`;
    case "list":
      return `${heading(block.label)}\n<ul>\n${block.items.map((item) => `<li>${line(item)}</li>`).join("\n")}\n</ul>`;
    case "commands": {
      const items = block.items.map(({ command, said }) => {
        const typed = command === "" ? "" : `<pre><code>${escaped(command)}</code></pre>`;
        return `<li>${line(said)}${typed}</li>`;
      });
      return `${heading(block.label)}\n<ul class="commands">\n${items.join("\n")}\n</ul>`;
    }
    case "small":
      return block.spans.length === 0 ? "" : `<p class="small">${labelled(voice, block.label, line(block.spans))}</p>`;
  }
}

function heading(label: string): string {
  return `<h3>${escaped(label)}</h3>`;
}

function labelled(voice: Voice, label: string | null, words: string): string {
  return label === null ? words : `<b>${escaped(label)}</b>${voice.say(WORDS.colon)}${words}`;
}

function tableOf(head: readonly string[], rows: readonly Row[]): string {
  const titles = head.map((title) => `<th scope="col">${escaped(title)}</th>`).join("");
  const lines = rows.map(({ cells, missing, id }) => {
    const line_ = cells.map((cell) => `<td${isLong(cell) ? ' class="long"' : ""}>${line(cell)}</td>`).join("");
    const at = id === undefined ? "" : ` id="${id}"`;
    return `<tr${missing ? ' class="missing"' : ""}${at}>${line_}</tr>`;
  });
  return [`<thead><tr>${titles}</tr></thead>`, "<tbody>", ...lines, "</tbody>"].join("\n");
}

// A place whose name would take the room of what happened there.
function isLong(cell: readonly Span[]): boolean {
  return cell.length === 1 && cell[0]?.kind === "literal" && cell[0].text.length > LONG;
}

const LONG = 28;

const TAGS: Record<Span["kind"], string | null> = {
  words: null,
  aside: null,
  code: "code",
  literal: "code",
  frames: "code",
  strong: "strong",
};

function line(spans: readonly Span[]): string {
  return spans
    .map(({ kind, text }) => (TAGS[kind] === null ? escaped(text) : `<${TAGS[kind]}>${escaped(text)}</${TAGS[kind]}>`))
    .join("");
}
