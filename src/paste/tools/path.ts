// The whole output of a program that follows a path: its hops, whether it came to its target, and what ended it.

import { formatIpv4, type Ipv4, parseIpv4 } from "../../model/address.ts";
import type { Printed, PrintedError, PrintedRefusal } from "../../model/printed.ts";
import type { PrintedBack, PrintedHop, PrintedPath } from "../../model/printed-path.ts";
import type { PastedLine } from "../clean.ts";
import type { Family } from "./families.ts";
import { type HopLine, mtrHop, tracepathHop, tracerouteHop, tracertHop } from "./hop-lines.ts";
import { addError, printedOf, refusalOf, type ToolSaid } from "./said.ts";

type PathFamily = Extract<Family, "traceroute" | "tracert" | "mtr" | "tracepath">;

type HopReader = (text: string, before: PrintedBack | null) => HopLine | null;

const READERS: Readonly<Record<PathFamily, HopReader>> = {
  traceroute: tracerouteHop,
  tracert: tracertHop,
  mtr: mtrHop,
  tracepath: tracepathHop,
};

const MADE: Readonly<Record<PathFamily, string>> = {
  traceroute: "traceroute",
  tracert: "tracert",
  mtr: "mtr",
  tracepath: "tracepath",
};

const A = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;

/** Who is looked for, by the first line. */
interface Head {
  readonly name: string | null;
  readonly target: Ipv4 | null;
  readonly source: Ipv4 | null;
}

function headOf(lines: readonly PastedLine[]): Head {
  for (const { text } of lines.slice(0, 4)) {
    const [, name, address, from] =
      new RegExp(String.raw`^\s*traceroute to (\S+) \((${A})\)(?: from (${A}))?`).exec(text) ??
      new RegExp(String.raw`^\s*(?:Tracing route to|Routenverfolgung zu) (\S+)(?: \[(${A})\])?`).exec(text) ??
      new RegExp(String.raw`(?:到|跟踪到) (\S+)(?: \[(${A})\])? 的路由`).exec(text) ??
      new RegExp(String.raw`^\s*\S+ \(${A}\) -> (\S+) \((${A})\)`).exec(text) ??
      /^MTR\.[^,]*,\d+,[^,]*,([^,]*),/.exec(text) ??
      [];
    if (name !== undefined) return { name, target: parseIpv4(address ?? name), source: parseIpv4(from ?? "") };
  }
  return { name: null, target: null, source: null };
}

/** Reads it; `typed` is the command line, where the paste shows one. */
export function pathSaid(
  family: PathFamily,
  lines: readonly PastedLine[],
  typed: readonly string[] | null,
): ToolSaid | null {
  const head = headOf(lines);
  const asked = typed?.findLast((word, at) => at > 0 && parseIpv4(word) !== null);
  const known = head.target ?? parseIpv4(asked ?? "");
  const { hops, isReached } = stoppedShort(hopsOf(lines, READERS[family]), family, known);
  const refusals = lines.flatMap(({ text, number }) => sendFailed(text, number) ?? refusalOf(text, number) ?? []);
  if (hops.length === 0 && refusals.length === 0) return null;
  const last = hops.at(-1)?.backs.findLast(({ error }) => error === null)?.from ?? null;
  const target = known ?? last;
  const name = head.name ?? typed?.at(-1) ?? null;
  const reached = reachedBy({ family, hops, target, name, isReached, isGuessed: known === null });
  const path: PrintedPath = { target, isTargetGuessed: known === null && target !== null, hops, reached };
  const printed = { ...printedOfPath(path, refusals), source: head.source, windows: family === "tracert" };
  const argv = typed ?? [MADE[family], target === null ? (name ?? "?") : formatIpv4(target)];
  return { argv, printed, path };
}

// tracepath has tried with every size, and does not say why.
function sendFailed(text: string, at: number): PrintedRefusal | null {
  if (!/^\s*\d+:\s+send failed/.test(text)) return null;
  return { call: "sendmsg", errno: null, mtu: null, name: null, count: 1, line: text.trim(), at };
}

// What a program repeats for a TTL, or says in a further line, belongs to the same hop.
function hopsOf(lines: readonly PastedLine[], read: HopReader): { hops: PrintedHop[]; isReached: boolean } {
  const hops: PrintedHop[] = [];
  let isReached = false;
  for (const { text, number } of lines) {
    // The second part of pathping counts the same hops again.
    if (/^\s*(?:Computing statistics for|正在计算统计信息)/.test(text)) break;
    const said = read(text, hops.findLast(({ backs }) => backs.length > 0)?.backs.at(-1) ?? null);
    if (said === null) continue;
    isReached ||= said.reached === true;
    const ttl = said.ttl ?? hops.at(-1)?.ttl;
    if (ttl === undefined || ttl === 0) continue;
    const known = hops.at(-1);
    if (known === undefined || known.ttl !== ttl) {
      if (known !== undefined && ttl < known.ttl) continue;
      const { backs, silences, longest } = said;
      hops.push({ ttl, line: text.trim().replace(/\s+/g, " "), number, backs, silences, longest });
      continue;
    }
    hops[hops.length - 1] = {
      ...known,
      backs: [
        ...known.backs,
        ...said.backs.filter(
          (back) => !known.backs.some((one) => one.from === back.from && one.error?.code === back.error?.code),
        ),
      ],
      silences: known.silences + said.silences,
      longest: said.longest === null ? known.longest : Math.max(known.longest ?? 0, said.longest),
    };
  }
  return { hops, isReached };
}

const REFUSED = { type: 3, code: 3, words: "Destination Port Unreachable" };

// "Port unreachable" ends a trace without any mark, whoever says it: a router that does so speaks for a filter.
function stoppedShort(
  { hops, isReached }: { hops: PrintedHop[]; isReached: boolean },
  family: PathFamily,
  target: Ipv4 | null,
): { hops: PrintedHop[]; isReached: boolean } {
  const last = hops.at(-1);
  const [only, ...others] = last?.backs ?? [];
  const from = only?.from ?? null;
  if (last === undefined || only?.error !== null || others.length > 0 || from === null || from === target)
    return { hops, isReached };
  const isRepeated = hops.at(-2)?.backs.some((back) => back.from === from && back.error === null) === true;
  const isEnd = family === "tracepath" ? isReached && target !== null : family === "traceroute" && isRepeated;
  if (!isEnd) return { hops, isReached };
  return { hops: [...hops.slice(0, -1), { ...last, backs: [{ ...only, error: REFUSED }] }], isReached: false };
}

interface Asked {
  readonly family: PathFamily;
  readonly hops: readonly PrintedHop[];
  readonly target: Ipv4 | null;
  readonly name: string | null;
  readonly isReached: boolean;
  readonly isGuessed: boolean;
}

function reachedBy({ family, hops, target, name, isReached, isGuessed }: Asked): boolean | null {
  const isTarget = ({ from, name: own }: PrintedBack): boolean =>
    (from !== null && from === target) || (own !== null && own === name);
  const last = hops.at(-1);
  if (isReached) return true;
  if (last === undefined) return false;
  const before = hops.slice(0, -1).flatMap(({ backs }) => backs.map(({ from }) => from));
  if (isGuessed) {
    // mtr goes no further than to its target, or to who says that there is no way on.
    if (family !== "mtr" || last.backs.length === 0) return last.backs.length > 0 ? null : false;
    return !before.includes(target);
  }
  if (hops.some(({ backs }) => backs.some((back) => isTarget(back) && back.error?.code !== 4))) return true;
  const isStopped = hops.some(({ backs }) => backs.some(({ error }) => error !== null && error.code !== 4));
  // mtr does not tell errors apart: who answers again stands at the end of the way, or goes in circles.
  const isRepeated = last.backs.some(({ from }) => from !== null && before.includes(from));
  if (isStopped || isRepeated || last.backs.length === 0) return false;
  return last.backs.some(({ error }) => error !== null) ? false : null;
}

// Of what was to die on its way nothing was lost; only what was to go on is told as a ping is.
function printedOfPath({ hops, target, reached }: PrintedPath, refusals: readonly PrintedRefusal[]): Printed {
  if (hops.length === 0) return printedOf(target, { refusals });
  const answering = hops.findLastIndex(({ backs }) => backs.some(({ error }) => error === null));
  if (reached === true) {
    const count = Math.max(1, hops[answering]?.backs.find(({ from }) => from === target)?.count ?? 1);
    return printedOf(target, { transmitted: count, received: count, answers: count, late: false });
  }
  if (reached === null) return printedOf(target, {});
  const errors = errorsOf(hops);
  const silences = hops.slice(answering + 1).reduce((sum, one) => sum + one.silences, 0);
  const failed = errors.reduce((sum, { count }) => sum + count, 0) + silences;
  return printedOf(target, {
    transmitted: Math.max(1, failed),
    received: 0,
    errors,
    silences,
    late: errors.length === 0 ? null : lateness(hops),
  });
}

// Three rounds of ARP, or the queue behind them.
const WAITED = 400;

// Probes that are under way at once wait for the same ARP, and only one of them may come to its answer soon.
function lateness(hops: readonly PrintedHop[]): boolean | null {
  const refused = hops.filter(({ backs }) => backs.some(({ error }) => error !== null));
  if (refused.some(({ longest }) => (longest ?? 0) > WAITED)) return true;
  const isKnown = refused.every(({ longest, silences }) => longest !== null && silences === 0);
  return isKnown ? false : null;
}

function errorsOf(hops: readonly PrintedHop[]): PrintedError[] {
  const errors: PrintedError[] = [];
  for (const { backs, line, number } of hops)
    for (const { from, error, count } of backs)
      if (error !== null) {
        const { words, ...icmp } = error;
        addError(errors, { from, words, icmp, line, at: number }, count);
      }
  const circling = errors.length === 0 ? circleOf(hops) : null;
  if (circling !== null) {
    const words = "Time to live exceeded";
    addError(errors, { from: circling.from, words, icmp: { type: 11, code: 0 }, line: circling.line, at: circling.at });
  }
  return errors;
}

/** The last hop of a way that comes back to where it was, with another router between. */
function circleOf(hops: readonly PrintedHop[]): { from: Ipv4; line: string; at: number } | null {
  const seen: (Ipv4 | null)[] = hops.map(({ backs }) => backs.find(({ error }) => error === null)?.from ?? null);
  for (let at = hops.length - 1; at >= 2; at--) {
    const from = seen[at] ?? null;
    const hop = hops[at];
    if (from === null || hop === undefined) continue;
    const first = seen.indexOf(from);
    if (first < at - 1 && seen.slice(first + 1, at).some((one) => one !== null && one !== from))
      return { from, line: hop.line, at: hop.number };
  }
  return null;
}
