// What several pings of one command printed, one after the other or mixed, as the lines of each.

import type { Ipv4 } from "../model/address.ts";
import { type PingLine, readPingLine } from "../model/ping-line.ts";

interface Part {
  readonly name: string;
  readonly destination: Ipv4 | null;
  readonly lines: string[];
  answered: boolean;
  ended: boolean;
}

/** The text of each ping, in the order of their first lines; a line that may be of several is left out. */
export function splitPingOutputs(output: string): string[] {
  const parts: Part[] = [];
  let summing: Part | null = null;
  for (const printed of output.split(/\r?\n/)) {
    const line = readPingLine(printed.trimEnd());
    if (line?.kind === "head") {
      const { name, destination } = line;
      parts.push({ name, destination, lines: [printed], answered: false, ended: false });
      summing = null;
      continue;
    }
    if (line?.kind === "statistics") summing = parts.findLast((one) => !one.ended && isNamed(one, printed)) ?? null;
    const isOfSummary = line?.kind !== "reply" && line?.kind !== "error";
    const part = (isOfSummary ? summing : null) ?? ownerOf(line, parts);
    part?.lines.push(printed);
    if (part && line?.kind === "reply") part.answered = true;
    if (part && line?.kind === "summary") part.ended = true;
  }
  return parts.map(({ lines }) => lines.join("\n"));
}

function isNamed({ name }: Part, printed: string): boolean {
  return printed.split(/\s+/).includes(name);
}

// Replies name who sent them; what names nobody is of the only ping under way, or of the only one that heard nothing yet.
function ownerOf(line: PingLine | null, parts: readonly Part[]): Part | null {
  const open = parts.filter((one) => !one.ended);
  if (line?.kind === "reply") {
    const from = open.filter(({ destination }) => destination !== null && destination === line.from);
    if (from.length === 1) return from[0] ?? null;
  }
  if (open.length < 2) return open[0] ?? parts.at(-1) ?? null;
  const silent = open.filter(({ answered }) => !answered);
  return silent.length === 1 ? (silent[0] ?? null) : null;
}
