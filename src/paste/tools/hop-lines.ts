// Lines of traceroute (Linux, BSD, macOS, busybox, inetutils), tracert, mtr and tracepath, one TTL each.

import { type Ipv4, parseIpv4 } from "../../model/address.ts";
import { ownValue } from "../../model/own-value.ts";
import type { IcmpWords } from "../../model/ping-words.ts";
import type { PrintedBack } from "../../model/printed-path.ts";

/** What one line says of its hop. */
export interface HopLine {
  /** Null where it goes on with the hop of the line before. */
  readonly ttl: number | null;
  readonly backs: readonly PrintedBack[];
  readonly silences: number;
  readonly longest: number | null;
  /** tracepath says so. */
  readonly reached?: true;
}

type PathError = IcmpWords & { readonly words: string };

const A = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;

// print_unreachable() of the BSD traceroute, and what Linux' says in the same words.
const MARKS: Readonly<Record<string, readonly [type: number, code: number, words: string]>> = {
  "!N": [3, 0, "Destination Net Unreachable"],
  "!H": [3, 1, "Destination Host Unreachable"],
  "!P": [3, 2, "Destination Protocol Unreachable"],
  "!F": [3, 4, "Frag needed and DF set"],
  "!S": [3, 5, "Source Route Failed"],
  "!U": [3, 6, "Destination Net Unknown"],
  "!W": [3, 7, "Destination Host Unknown"],
  "!Z": [3, 10, "Destination Host Prohibited"],
  "!A": [3, 9, "Destination Net Prohibited"],
  "!X": [3, 13, "Packet filtered"],
  "!V": [3, 14, "Host precedence violation"],
  "!C": [3, 15, "Precedence cutoff"],
};

/** The error that a mark behind a time stands for; null for none, and for the "!" of a TTL that came back as 1. */
function errorOfMark(mark: string): PathError | null {
  const numbered = /^!<?(\d{1,2})>?$/.exec(mark)?.[1];
  if (numbered !== undefined)
    return { type: 3, code: Number(numbered), words: `Destination Unreachable (${numbered})` };
  const mtu = /^!F-(\d{1,6})$/.exec(mark)?.[1];
  const known = ownValue(MARKS, mark.slice(0, 2));
  if (known === undefined) return null;
  const [type, code, words] = known;
  return { type, code, words, ...(mtu === undefined ? {} : { mtu: Number(mtu) }) };
}

const TOKEN = new RegExp(
  String.raw`(?<star>\*)|<?(?<time>\d+(?:\.\d+)?) ?ms\b|(?<mark>!(?:[A-Z](?:-\d+)?|<?\d+>?)?)(?=\s|$)|\[[^\]]*\]|F=\d+|(?<name>[^\s(]+) \((?<of>${A})\)|(?<address>${A})(?=\s|$)|(?<word>\S+)`,
  "g",
);

/** A line of traceroute; null where it is none. Busybox names an address again only where it is another than `before`. */
export function tracerouteHop(text: string, before: PrintedBack | null = null): HopLine | null {
  const [, number, rest = ""] = /^\s*(\d{1,3})\s{1,4}(\S.*)$/.exec(text) ?? [];
  const more = number === undefined ? /^\s{3,}(\S.*)$/.exec(text)?.[1] : rest;
  if (more === undefined) return null;
  const backs: PrintedBack[] = [];
  let who: { from: Ipv4 | null; name: string | null } | null =
    before !== null && /^(?:\*|\d[\d.]* ms)/.test(more) ? { from: before.from, name: before.name } : null;
  let silences = 0;
  let longest: number | null = null;
  for (const { groups = {} } of more.matchAll(TOKEN)) {
    const { star, time, mark, name, of, address, word } = groups;
    if (star !== undefined) silences++;
    else if (of !== undefined)
      who = { from: parseIpv4(of), name: parseIpv4(name ?? "") === null ? (name ?? null) : null };
    else if (address !== undefined) who = { from: parseIpv4(address), name: null };
    else if (time !== undefined && who !== null) {
      longest = Math.max(longest ?? 0, Number(time));
      noted(backs, { ...who, count: 1, error: null });
    } else if (mark !== undefined) marked(backs, errorOfMark(mark));
    else if (word !== undefined && /^[A-Za-z_][\w.-]*$/.test(word) && (who === null || backs.length === 0))
      who = { from: null, name: word };
  }
  if (backs.length + silences === 0) return null;
  return { ttl: number === undefined ? null : Number(number), backs, silences, longest };
}

function isSame(a: PrintedBack, b: PrintedBack): boolean {
  return a.from === b.from && a.name === b.name && a.error?.type === b.error?.type && a.error?.code === b.error?.code;
}

function noted(backs: PrintedBack[], back: PrintedBack): void {
  const at = backs.findIndex((one) => isSame(one, back));
  const known = backs[at];
  if (known === undefined) backs.push(back);
  else backs.splice(at, 1, ...backs.splice(at, 1).map((one) => ({ ...one, count: one.count + back.count })));
}

// The mark stands behind the time that it is about.
function marked(backs: PrintedBack[], error: PathError | null): void {
  const last = backs.findLast((one) => one.error === null);
  if (last === undefined || error === null) return;
  const at = backs.indexOf(last);
  backs.splice(at, 1, ...(last.count > 1 ? [{ ...last, count: last.count - 1 }] : []));
  noted(backs, { ...last, count: 1, error });
}

const WINDOWS_ERRORS: readonly (readonly [words: RegExp, type: number, code: number])[] = [
  [/^(?:Destination host unreachable|无法访问目标主机|Zielhost nicht erreichbar)/i, 3, 1],
  [/^(?:Destination net unreachable|无法访问目标网|Zielnetz nicht erreichbar)/i, 3, 0],
  [/^(?:Destination protocol unreachable)/i, 3, 2],
  [/^(?:Destination port unreachable)/i, 3, 3],
];

/** A line of tracert, or of the first part of pathping; null where it is none. */
export function tracertHop(text: string): HopLine | null {
  const [, number, rest = ""] = /^\s*(\d{1,2})\s+(\S.*)$/.exec(text) ?? [];
  if (number === undefined) return null;
  const ttl = Number(number);
  const reported = /^(\S+)(?: \[(\S+)\])?\s+(?:reports|报告|meldet)\s?: ?(.*)$/.exec(rest);
  if (reported) {
    const [, name = "", address, words = ""] = reported;
    const found = WINDOWS_ERRORS.find(([pattern]) => pattern.test(words));
    const error = { type: found?.[1] ?? 3, code: found?.[2] ?? 1, words: words.replace(/[.。]\s*$/, "") };
    return { ttl, backs: [{ ...hostOf(address ?? name, name), count: 1, error }], silences: 0, longest: null };
  }
  const probes = [...rest.matchAll(/(\*)|<?(\d+) ?(?:ms|毫秒)/g)];
  const silences = probes.filter(([, star]) => star !== undefined).length;
  const times = probes.flatMap(([, , time]) => (time === undefined ? [] : [Number(time)]));
  const [, name, address] =
    new RegExp(String.raw`(?:^|\s)(\S+) \[(${A})\]\s*$`).exec(rest) ??
    new RegExp(String.raw`(?:^|\s)((${A}))\s*$`).exec(rest) ??
    [];
  if (address === undefined && silences === 0) return null;
  if (address === "0.0.0.0") return { ttl, backs: [], silences: Math.max(1, silences), longest: null };
  const count = Math.max(1, times.length);
  return {
    ttl,
    backs: address === undefined ? [] : [{ ...hostOf(address, name ?? address), count, error: null }],
    silences,
    longest: times.length === 0 ? null : Math.max(...times),
  };
}

function hostOf(address: string, name: string): Pick<PrintedBack, "from" | "name"> {
  return { from: parseIpv4(address), name: parseIpv4(name) === null ? name : null };
}

/** A line of mtr's report, screen or table; null where it is none. */
export function mtrHop(text: string): HopLine | null {
  const table = /^MTR\.[^,]*,\d+,[^,]*,[^,]*,(\d+),([^,]*),([\d.]+),(\d+),.*?([\d.]+)?,[\d.]*,?$/.exec(text);
  const [, number, host = "", lost, sent, wrst] =
    table ??
    /^\s*(\d{1,2})\.\s?(?:\|--)?\s+(?:AS\S+\s+)?(\S+(?: \(\S+\))?)\s+([\d.]+)%?\s+(\d+)\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+([\d.]+)/.exec(
      text,
    ) ??
    /^\s*(\d{1,2})\.\s?(?:\|--)?\s+(\?\?\?|\(waiting for reply\))/.exec(text) ??
    [];
  if (number === undefined) return null;
  const ttl = Number(number);
  const probes = Number(sent ?? 1);
  const [, name = host, of] = /^(\S+) \((\S+)\)$/.exec(host) ?? [];
  if (/^(?:\?\?\?|\(waiting)/.test(host)) return { ttl, backs: [], silences: Math.max(1, probes), longest: null };
  const silences = Math.round((probes * Number(lost ?? 0)) / 100);
  const back = { ...hostOf(of ?? name, name), count: Math.max(1, probes - silences), error: null };
  return { ttl, backs: [back], silences, longest: wrst === undefined ? null : Number(wrst) };
}

// Both a failed ARP and a filter's "prohibited" are EHOSTUNREACH to tracepath's socket; the former takes three seconds.
const TRACEPATH_ERRORS: Readonly<Record<string, readonly [type: number, code: number, words: string]>> = {
  "!H": [3, 1, "Destination Host Unreachable"],
  "!N": [3, 0, "Destination Net Unreachable"],
  "!P": [3, 2, "Destination Protocol Unreachable"],
  "!A": [3, 13, "Packet filtered"],
};

/** A line of tracepath; null where it is none. */
export function tracepathHop(text: string): HopLine | null {
  const [, number, unsure, rest = ""] = /^\s*(\d{1,2})(\?)?:\s+(\S.*)$/.exec(text) ?? [];
  if (number === undefined || unsure === "?" || /^send failed/.test(rest)) return null;
  const ttl = Number(number);
  if (/^no reply/.test(rest)) return { ttl, backs: [], silences: 1, longest: null };
  const [, name = "", address, time, more = ""] =
    /^(\S+?)(?: \(([\d.]+)\))?\s+(?:\(This broken router returned corrupted payload\) )?([\d.]+) ?ms\s*(.*)$/.exec(
      rest,
    ) ?? [];
  if (time === undefined) return null;
  const mark = /(![A-Z])/.exec(more)?.[1] ?? "";
  const known = ownValue(TRACEPATH_ERRORS, mark);
  const error = known === undefined ? null : { type: known[0], code: known[1], words: known[2] };
  const mtu = /\bpmtu (\d{1,6})/.exec(more)?.[1];
  const cut = mtu === undefined ? null : { type: 3, code: 4, words: "Frag needed and DF set", mtu: Number(mtu) };
  const host = hostOf(address ?? name, name);
  return {
    ttl,
    backs: [{ ...host, name: host.name === "???" ? null : host.name, count: 1, error: error ?? cut }],
    silences: 0,
    longest: Number(time),
    ...(/\breached\b/.test(more) ? { reached: true as const } : {}),
  };
}
