// Hosts that a capture names and does not number: each stands behind an address of its own while it is explained, and is
// told by its name.

import { formatIpv4, type Ipv4 } from "../model/address.ts";
import type { Report } from "../model/report.ts";

/** Stand-ins by name. */
export interface NamedHosts {
  /** The stand-in of this name, given to it when it is first asked for; null where there are no more. */
  addressOf(name: string): Ipv4 | null;
  /** The report with names for stand-ins. */
  told(report: Report): Report;
  readonly names: readonly string[];
}

// 192.0.2.0/24 (RFC 5737): nobody's.
const FIRST = 0xc0000201;
const MOST = 200;

// As resolvers name it, or as somebody who would not tell it.
const HOST = /^(?=.*[A-Za-z])(?:[\w.-]{1,253}|<[\w.-]{1,60}>|\[[\w.-]{1,60}\])$/;

/** No stand-in is an address that the text holds. */
export function namedHosts(text: string): NamedHosts {
  const given = new Map<string, Ipv4>();
  let next = FIRST;
  const fresh = (): Ipv4 | null => {
    while (text.includes(formatIpv4(next as Ipv4)) && next < FIRST + MOST) next++;
    return next < FIRST + MOST ? (next++ as Ipv4) : null;
  };
  return {
    addressOf(name) {
      if (!HOST.test(name)) return null;
      const known = given.get(name) ?? fresh();
      if (known !== null) given.set(name, known);
      return known;
    },
    told: (report) => withNames(report, given),
    get names() {
      return [...given.keys()];
    },
  };
}

function withNames(report: Report, given: ReadonlyMap<string, Ipv4>): Report {
  if (given.size === 0) return report;
  const names = [...given].map(
    ([name, address]) =>
      [new RegExp(`(?<![\\d.])${formatIpv4(address).replaceAll(".", "\\.")}(?![\\d.]*\\d)`, "g"), name] as const,
  );
  const said = (words: string): string =>
    names.reduce((all, [address, name]) => all.replace(address, () => name), words);
  const nameOf = (address: Ipv4 | null): string | undefined => [...given].find(([, one]) => one === address)?.[0];
  const flows = report.flows.map((one) => ({
    ...everywhere({ ...one, flow: null }, said),
    flow: { ...one.flow, names: { src: nameOf(one.flow.src), dst: nameOf(one.flow.dst) } },
  }));
  const answer = report.answer === null ? null : everywhere(report.answer, said);
  return { ...report, answer, flows, notes: everywhere(report.notes, said) };
}

function everywhere<Value>(value: Value, said: (words: string) => string): Value {
  if (typeof value === "string") return said(value) as Value;
  if (Array.isArray(value)) return value.map((one) => everywhere(one, said)) as Value;
  if (typeof value !== "object" || value === null || value instanceof Map || value instanceof Set) return value;
  if (value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, everywhere(one, said)])) as Value;
}
