// The report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere, and a policy in it
// that lets a browser fetch nothing.

import type { Report } from "../model/report.ts";
import { type Block, type DocumentOptions, documentOf, type Row, type Span, widePage } from "./document.ts";
import { svgDrawing } from "./html-drawing.ts";
import { HTML_STYLE } from "./html-style.ts";
import type { Page } from "./page.ts";
import { WORDS } from "./words.ts";

/** The whole file, ending in a newline. */
export function renderHtml(report: Report, options: DocumentOptions): string {
  const page = widePage(options);
  const blocks = documentOf(page, report, options.version);
  const [first] = blocks;
  const title = first?.kind === "title" ? first.spans.map((span) => span.text).join("") : "pktwhy";
  return [
    "<!doctype html>",
    `<html lang="${page.language === "zh" ? "zh-CN" : "en"}">`,
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escaped(title)}</title>`,
    `<style>${HTML_STYLE}</style>`,
    "</head>",
    "<body>",
    "<main>",
    ...blocks.map((block) => blockOf(page, block)).filter((block) => block !== ""),
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function blockOf(page: Page, block: Block): string {
  switch (block.kind) {
    case "title":
      return `<h${block.level} class="${block.verdict}">${line(block.spans)}</h${block.level}>`;
    case "paragraph":
      return `<p>${labelled(page, block.label, line(block.spans))}</p>`;
    case "drawing":
      return `<figure>${svgDrawing(page, block.drawing, escaped)}</figure>`;
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
      return block.spans.length === 0 ? "" : `<p class="small">${labelled(page, block.label, line(block.spans))}</p>`;
  }
}

function heading(label: string): string {
  return `<h3>${escaped(label)}</h3>`;
}

function labelled(page: Page, label: string | null, words: string): string {
  return label === null ? words : `<b>${escaped(label)}</b>${page.say(WORDS.colon)}${words}`;
}

function tableOf(head: readonly string[], rows: readonly Row[]): string {
  const titles = head.map((title) => `<th scope="col">${escaped(title)}</th>`).join("");
  const lines = rows.map(({ cells, missing }) => {
    const line_ = cells.map((cell) => `<td${isLong(cell) ? ' class="long"' : ""}>${line(cell)}</td>`).join("");
    return `<tr${missing ? ' class="missing"' : ""}>${line_}</tr>`;
  });
  return [`<thead><tr>${titles}</tr></thead>`, "<tbody>", ...lines, "</tbody>"].join("\n");
}

// A place whose name would take the room of what happened there.
function isLong(cell: readonly Span[]): boolean {
  return cell.length === 1 && cell[0]?.kind === "code" && cell[0].text.length > LONG;
}

const LONG = 28;

const TAGS: Record<Span["kind"], string | null> = { words: null, code: "code", strong: "strong" };

function line(spans: readonly Span[]): string {
  return spans
    .map(({ kind, text }) => (TAGS[kind] === null ? escaped(text) : `<${TAGS[kind]}>${escaped(text)}</${TAGS[kind]}>`))
    .join("");
}

function escaped(words: string): string {
  return words.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
