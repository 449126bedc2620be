// What mtr prints for programs (--raw, --json), in the rows of its report: each keeps the number of a line it comes from.

import { parseIpv4 } from "../../model/address.ts";
import type { PastedLine } from "../clean.ts";

/** One hop, counted. */
interface Row {
  readonly number: number;
  readonly hop: number;
  readonly host: string;
  readonly sent: number;
  readonly back: number;
  /** Milliseconds. */
  readonly longest: number;
}

const RAW = /^(?:x \d+ \d+|h \d+ \S+|d \d+ \S+|p \d+ \d+(?: \d+)?|t \d+ \d+|m \d+ \d+ \d+ \d+ \d+)$/;

/** Lines of `mtr --raw` and `mtr --json` as those of `mtr --report`; every other line as it is. */
export function fromMtr(lines: readonly PastedLine[]): PastedLine[] {
  const out: PastedLine[] = [];
  for (let at = 0; at < lines.length; ) {
    const raw = runOfRaw(lines, at);
    const rows = raw > at ? rowsOfRaw(lines.slice(at, raw)) : null;
    const end = rows === null ? endOfJson(lines, at) : raw;
    const told = rows ?? (end > at ? rowsOfJson(lines.slice(at, end)) : null);
    const next = Math.max(at + 1, raw, end);
    const part = told === null ? lines.slice(at, next) : reported(lines[at]?.number ?? 0, told);
    for (const line of part) out.push(line);
    at = next;
  }
  return out;
}

function runOfRaw(lines: readonly PastedLine[], from: number): number {
  let at = from;
  while (RAW.test(lines[at]?.text ?? "")) at++;
  return at;
}

// x: a probe was sent; h: who answers for a hop, told again and again; p: an answer, in microseconds.
function rowsOfRaw(lines: readonly PastedLine[]): Row[] | null {
  const rows = new Map<number, Row>();
  for (const { text, number } of lines) {
    const [kind, place = "", value = ""] = text.split(" ");
    const hop = Number(place) + 1;
    const row = rows.get(hop) ?? { number, hop, host: "???", sent: 0, back: 0, longest: 0 };
    if (kind === "x") rows.set(hop, { ...row, sent: row.sent + 1 });
    else if (kind === "h" && parseIpv4(value) !== null) rows.set(hop, { ...row, host: value });
    else if (kind === "p")
      rows.set(hop, { ...row, back: row.back + 1, longest: Math.max(row.longest, Number(value) / 1000) });
  }
  const told = [...rows.values()].sort((a, b) => a.hop - b.hop);
  return told.some(({ host, back }) => host !== "???" && back > 0) ? withoutBeyond(told) : null;
}

// It probes on while it waits. Behind an end that answers for several hops the first round only goes on, where that is the
// target; where it is a router that refuses, all do.
function withoutBeyond(rows: readonly Row[]): Row[] {
  const last = rows.findLastIndex(({ back }) => back > 0);
  const first = rows.findIndex(({ host }) => host !== "???" && host === rows[last]?.host);
  if (first === last) return rows.slice(0, last + 2);
  return rows.slice(0, first + ((rows[first + 1]?.sent ?? 0) < (rows[first]?.sent ?? 0) ? 1 : 2));
}

const MOST_LINES = 2000;

function endOfJson(lines: readonly PastedLine[], from: number): number {
  if (lines[from]?.text.trim() !== "{" || !/^\s*"report": \{/.test(lines[from + 1]?.text ?? "")) return from;
  let depth = 0;
  for (let at = from; at < Math.min(lines.length, from + MOST_LINES); at++) {
    for (const char of lines[at]?.text ?? "") depth += char === "{" ? 1 : char === "}" ? -1 : 0;
    if (depth === 0) return at + 1;
  }
  return Math.min(lines.length, from + MOST_LINES);
}

function rowsOfJson(lines: readonly PastedLine[]): Row[] | null {
  const hubs = hubsOf(lines.map(({ text }) => text).join("\n"));
  const numbers = lines.flatMap(({ text, number }) => (/^\s*"count":/.test(text) ? [number] : []));
  const rows = hubs.flatMap((hub, at): Row[] => {
    const { count, host, Snt: sent, "Loss%": lost, Wrst: longest } = hub as Record<string, unknown>;
    if (typeof host !== "string" || !(Number(count) > 0)) return [];
    const back = Math.round((Number(sent) * (100 - Number(lost))) / 100);
    const number = numbers[at] ?? lines[0]?.number ?? 0;
    return [{ number, hop: Number(count), host, sent: Number(sent), back, longest: Number(longest) || 0 }];
  });
  return rows.length === 0 ? null : rows;
}

function hubsOf(json: string): readonly object[] {
  try {
    const hubs: unknown = (JSON.parse(json) as { report?: { hubs?: unknown } }).report?.hubs;
    return Array.isArray(hubs) ? hubs.filter((hub) => typeof hub === "object" && hub !== null) : [];
  } catch {
    return [];
  }
}

function reported(number: number, rows: readonly Row[]): PastedLine[] {
  return [
    { number, text: "HOST: mtr  Loss%   Snt   Last   Avg  Best  Wrst StDev" },
    ...rows.map((row) => {
      const lost = row.sent === 0 ? 0 : (100 * Math.max(0, row.sent - row.back)) / row.sent;
      const time = row.longest.toFixed(1);
      return {
        number: row.number,
        text: `  ${row.hop}.|-- ${row.host}  ${lost.toFixed(1)}%  ${row.sent}  ${time} ${time} ${time} ${time} 0.0`,
      };
    }),
  ];
}
