// The numbered steps: when, where, what happened, and how we know it.

import Table from "cli-table3";
import { formatFrame } from "../model/evidence.ts";
import type { FrameRef } from "../model/packet.ts";
import type { ReportStep } from "../model/report.ts";
import { printable } from "../model/text.ts";
import { formatSpan } from "../model/time.ts";
import { formatVantage } from "../model/vantage.ts";
import type { Page } from "./page.ts";
import { BORDERLESS, tableLines } from "./table.ts";
import { displayWidth, fill, wrap } from "./width.ts";
import { BASIS, WORDS } from "./words.ts";

const GAP = 2;
const WIDEST_PLACE = 18;
// More lines of state than this only with -v: a step of many sysctls would bury the next one.
const QUOTED = 2;

/** The table of steps, as wide as the page. */
export function stepLines(page: Page, steps: readonly ReportStep[]): string[] {
  if (steps.length === 0) return [];
  const start = steps.find((s) => s.time !== null)?.time ?? null;
  const rows = steps.map((step) => ({
    n: String(step.n),
    time: start === null || step.time === null ? "" : formatSpan(step.time - start),
    place: wrap(placeOf(page, step), WIDEST_PLACE),
    said: [page.say(step.text), ...(step.frames.length === 0 ? [] : [`[${framesOf(step.frames)}]`])].join(" "),
    basis: page.say(BASIS[step.basis]),
    look: step.basis === "missing" ? ("bad" as const) : ("label" as const),
    quotes: quotesOf(page, step),
  }));
  const widest = (cells: readonly string[]): number => Math.max(0, ...cells.map(displayWidth));
  const n = widest(rows.map((r) => r.n));
  const time = widest(rows.map((r) => r.time));
  const place = widest(rows.flatMap((r) => r.place));
  const basis = widest(rows.map((r) => r.basis));
  const said = page.width - n - time - place - basis - 4 * GAP;
  const table = new Table({ ...BORDERLESS, colWidths: [n, time, place, said, basis], colAligns: ["right"] });
  for (const row of rows) {
    table.push([
      row.n,
      page.style("faint", row.time),
      dress(page, row.place),
      wrap(row.said, said).join("\n"),
      page.style(row.look, row.basis),
    ]);
    if (row.quotes.length === 0) continue;
    // A cell over two columns is as wide as both and one more to cli-table3, whatever stands between columns.
    const quoted = fill(row.quotes, "; ", said + basis + 1 - 2).map((line) => `  ${page.style("faint", line)}`);
    table.push(["", "", "", { content: quoted.join("\n"), colSpan: 2 }]);
  }
  return tableLines(table);
}

function dress(page: Page, lines: readonly string[]): string {
  return lines.map((line) => page.style("faint", line)).join("\n");
}

function placeOf(page: Page, step: ReportStep): string {
  const netns = step.netns ? `${printable(step.netns)}:` : "";
  if (step.interface === null)
    return step.netns ? `${printable(step.netns)} ${page.say(WORDS.stack)}` : page.say(WORDS.stack);
  const arrow = step.direction === "out" ? " >" : step.direction === "in" ? " <" : "";
  return `${netns}${printable(step.interface)}${arrow}`;
}

function quotesOf(page: Page, step: ReportStep): string[] {
  const lines = [...new Set(step.state.map((s) => printable(s.line)))];
  if (page.verbose || lines.length <= QUOTED) return lines;
  return [
    ...lines.slice(0, QUOTED),
    page.language === "zh" ? `…（另有 ${lines.length - QUOTED} 行）` : `… (${lines.length - QUOTED} more)`,
  ];
}

/** `veth0#1`, `veth0#2,#3`, `veth0#2…#9`: several frames of one vantage name it once. */
export function framesOf(frames: readonly FrameRef[]): string {
  const byVantage = new Map<string, FrameRef[]>();
  for (const frame of frames) {
    const place = formatVantage(frame.vantage);
    const same = byVantage.get(place);
    if (!same) byVantage.set(place, [frame]);
    else if (!same.some((f) => f.number === frame.number)) same.push(frame);
  }
  const parts = [...byVantage.values()].map((same) => {
    const first = formatFrame(same[0] as FrameRef);
    const last = same.at(-1) as FrameRef;
    if (same.length === 1) return first;
    return same.length === 2 ? `${first},#${last.number}` : `${first}…#${last.number}`;
  });
  return printable(parts.join(" "));
}
