// kernel-events.jsonl of a bundle: its first line says what was traced, each further one is a dropped packet.

import type { Problem } from "../model/problem.ts";
import { printable, text } from "../model/text.ts";
import { formatTime, type Nanoseconds, parseTime } from "../model/time.ts";
import type { KernelDrop, KernelEvents, Passing, Untraced } from "./event.ts";

const FORMAT = "kernel/1";
const UNTRACED: readonly string[] = [
  "not-asked",
  "no-tracefs",
  "not-mounted",
  "no-permission",
  "no-instance",
  "no-event",
  "no-clock",
] satisfies Untraced[];
// More than a recording ever holds: a hostile file must not fill the memory.
const MOST_DROPS = 100_000;
const MOST_NAMES = 1024;

/** The file's text. */
export function formatKernelEvents(events: KernelEvents): string {
  if (events.kind === "untraced") return `${JSON.stringify({ pktwhy: FORMAT, untraced: events.because })}\n`;
  const { from, to, interfaces, lost, dropsOnlySince, omitted, pids, drops } = events;
  const head = {
    pktwhy: FORMAT,
    from: formatTime(from),
    to: formatTime(to),
    interfaces,
    lost,
    dropsOnlySince: dropsOnlySince === null ? null : formatTime(dropsOnlySince),
    omitted,
    pids,
  };
  return [head, ...drops.map(dropJson)].map((one) => `${JSON.stringify(one)}\n`).join("");
}

function dropJson({ time, reason, location, protocol, cpu, pid, passed, beside }: KernelDrop) {
  return {
    time: formatTime(time),
    reason,
    location,
    protocol,
    cpu,
    ...(pid === null ? {} : { pid }),
    ...(passed.length === 0 ? {} : { passed: passed.map(passingJson) }),
    ...(beside === null ? {} : { beside: passingJson(beside) }),
  };
}

function passingJson({ time, way, interface: name, length }: Passing) {
  return { time: formatTime(time), way, interface: name, length };
}

/** Reads the file's text; what is wrong in it is left out and told once. */
export function parseKernelEvents(
  content: string,
  place: string,
): { events: KernelEvents | null; problems: readonly Problem[] } {
  const { lines, more } = linesOf(content);
  const [first = ""] = lines;
  const head = recordOf(first);
  if (head === null || head.pktwhy !== FORMAT) return { events: null, problems: [unusable(place)] };
  if (typeof head.untraced === "string" && UNTRACED.includes(head.untraced))
    return { events: { kind: "untraced", because: head.untraced as Untraced }, problems: [] };
  const [from, to] = [timeOf(head.from), timeOf(head.to)];
  if (from === null || to === null) return { events: null, problems: [unusable(place)] };
  const drops = lines.slice(1).map((line) => dropOf(recordOf(line)));
  const whole = drops.filter((drop) => drop !== null);
  const bad = drops.length - whole.length;
  const events = {
    kind: "traced",
    from,
    to,
    interfaces: listOf(head.interfaces).flatMap((name) => (typeof name === "string" ? name : [])),
    // What cannot be read is as good as lost.
    lost: (countOf(head.lost) ?? 1) + bad,
    dropsOnlySince: timeOf(head.dropsOnlySince),
    omitted: (countOf(head.omitted) ?? 0) + (more ? 1 : 0),
    pids: listOf(head.pids).flatMap((pid) => countOf(pid) ?? []),
    drops: whole,
  } as const;
  return { events, problems: bad === 0 ? [] : [damaged(place, bad)] };
}

// The first of them, and whether there are more.
function linesOf(content: string): { lines: string[]; more: boolean } {
  const lines: string[] = [];
  let at = 0;
  while (at < content.length && lines.length <= MOST_DROPS) {
    const end = content.indexOf("\n", at);
    const line = content.slice(at, end < 0 ? undefined : end);
    if (line.trim() !== "") lines.push(line);
    at = end < 0 ? content.length : end + 1;
  }
  return { lines, more: at < content.length };
}

function dropOf(json: Readonly<Record<string, unknown>> | null): KernelDrop | null {
  if (json === null) return null;
  const time = timeOf(json.time);
  const [protocol, cpu] = [countOf(json.protocol), countOf(json.cpu)];
  if (time === null || protocol === null || cpu === null) return null;
  const passed = listOf(json.passed).map(passingOf);
  if (passed.includes(null)) return null;
  return {
    time,
    reason: wordOf(json.reason),
    location: wordOf(json.location),
    protocol,
    cpu,
    pid: countOf(json.pid),
    passed: passed as Passing[],
    beside: json.beside === undefined ? null : passingOf(json.beside),
  };
}

function passingOf(value: unknown): Passing | null {
  if (typeof value !== "object" || value === null) return null;
  const { time: textual, way, interface: name, length: bytes } = value as Record<string, unknown>;
  const [time, length] = [timeOf(textual), countOf(bytes)];
  if (time === null || length === null || typeof name !== "string" || (way !== "in" && way !== "out")) return null;
  return { time, way, interface: name, length };
}

function recordOf(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MOST_NAMES) : [];
}

function timeOf(value: unknown): Nanoseconds | null {
  return typeof value === "string" ? parseTime(value) : null;
}

function countOf(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

// A name in the kernel's own spelling; anything else does not come from a kernel.
function wordOf(value: unknown): string | null {
  return typeof value === "string" && /^\w{1,64}$/.test(value) ? value : null;
}

function unusable(place: string): Problem {
  const file = printable(place);
  return {
    kind: "bad-kernel-events",
    severity: "warning",
    place,
    text: text(
      `${file} does not hold kernel events of this tool and is left out.`,
      `${file} 不是本工具记录的内核事件，未使用。`,
    ),
  };
}

function damaged(place: string, bad: number): Problem {
  const file = printable(place);
  return {
    kind: "bad-kernel-events",
    severity: "warning",
    place,
    text: text(`${file}: ${bad} lines are damaged and are left out.`, `${file}：有 ${bad} 行已损坏，未使用。`),
  };
}
