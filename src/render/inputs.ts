// What was read: one line in all, or with -v a table of every capture.

import Table from "cli-table3";
import { printable, text } from "../model/text.ts";
import { formatTime } from "../model/time.ts";
import { formatVantage, type InputSummary } from "../model/vantage.ts";
import type { Page } from "./page.ts";
import { BORDERLESS, tableLines } from "./table.ts";
import { displayWidth, wrap } from "./width.ts";
import { WORDS } from "./words.ts";

// More than these would not fit on one line; -v lists them.
const MOST_PLACES = 3;
const MOST_CELL_LINES = 4;

/** One line: how many packets were read, and what became of them. */
export function countLines(page: Page, inputs: readonly InputSummary[]): string[] {
  if (inputs.length === 0) return [];
  const packets = inputs.reduce((sum, input) => sum + input.packets, 0);
  const explained = inputs.reduce((sum, input) => sum + input.explained, 0);
  const dropped = inputs.some((i) => i.droppedByKernel !== null)
    ? inputs.reduce((sum, input) => sum + (input.droppedByKernel ?? 0), 0)
    : null;
  const others = othersOf(inputs);
  const places = inputs.map((i) => printable(formatVantage(i.vantage)));
  const shown =
    places.length > MOST_PLACES
      ? text(`in ${places.length} captures`, `${places.length} 份抓包里`)
      : text(`on ${places.join(", ")}`, `${places.join("、")} 上`);
  const sentence = text(
    `${packets} packets read ${shown.en}: ${explained} ARP or ICMP${others === "" ? "" : `, ${others} left aside`}${dropped === null ? "" : `; ${dropped} dropped by the kernel while capturing`}`,
    `在 ${shown.zh}共读到 ${packets} 个报文：ARP 或 ICMP ${explained} 个${others === "" ? "" : `，其余略过（${others}）`}${dropped === null ? "" : `；抓包时内核丢弃 ${dropped} 个`}`,
  );
  return wrap(page.say(sentence), page.width).map((line) => page.style("faint", line));
}

/** A table of the captures. */
export function inputTable(page: Page, inputs: readonly InputSummary[]): string[] {
  if (inputs.length === 0) return [];
  const zh = page.language === "zh";
  const head = zh
    ? ["位置", "来源", "报文", "已解释", "内核丢弃", "时间"]
    : ["place", "from", "packets", "explained", "dropped", "time"];
  const rows = inputs.map((input) => [
    printable(formatVantage(input.vantage)),
    printable(input.vantage.source.split("/").at(-1) ?? ""),
    String(input.packets),
    String(input.explained),
    input.droppedByKernel === null ? "?" : String(input.droppedByKernel),
    spanOf(input),
  ]);
  const limits = [16, 20, 10, 10, 10, 30];
  const widths = head.map((title, c) =>
    Math.min(limits[c] as number, Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[c] as string)))),
  );
  // What the fixed columns leave goes to the last one.
  const taken = widths.slice(0, -1).reduce((sum, w) => sum + w, 0) + 2 * (widths.length - 1) + 2;
  widths[widths.length - 1] = Math.max(10, Math.min(widths.at(-1) as number, page.width - taken));
  const table = new Table({
    ...BORDERLESS,
    colWidths: widths,
    colAligns: ["left", "left", "right", "right", "right", "left"],
  });
  table.push(head.map((title) => page.style("faint", title)));
  for (const row of rows) table.push(row.map((cell, c) => cellLines(cell, widths[c] as number).join("\n")));
  return [
    page.style("label", `${page.say(WORDS.inputs)}${page.say(WORDS.colon).trimEnd()}`),
    ...tableLines(table).map((line) => `  ${line}`),
  ];
}

// Nobody reads a name of a thousand letters in a column of sixteen, and the table would take seconds.
function cellLines(cell: string, width: number): string[] {
  const lines = wrap(cell, width);
  return lines.length <= MOST_CELL_LINES ? lines : [...lines.slice(0, MOST_CELL_LINES - 1), "…"];
}

function othersOf(inputs: readonly InputSummary[]): string {
  const counts = new Map<string, number>();
  for (const input of inputs)
    for (const [name, count] of input.otherProtocols) counts.set(name, (counts.get(name) ?? 0) + count);
  return [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
}

/** When it was captured; only how long where nothing tells the day. */
export function spanOf(input: InputSummary): string {
  if (input.from === null || input.to === null) return "";
  // Microseconds do for a table; the JSON report has all nine digits.
  const span = `+${(Number(input.to - input.from) / 1e9).toFixed(3)} s`;
  if (input.vantage.undated === true) return span;
  return `${formatTime(input.from).slice(0, 19).replace("T", " ")} ${span}`;
}
