// What fping says of each of its targets.

import { formatIpv4, type Ipv4, parseIpv4 } from "../../model/address.ts";
import type { IcmpWords } from "../../model/ping-words.ts";
import type { PrintedError, PrintedRefusal } from "../../model/printed.ts";
import type { PastedLine } from "../clean.ts";
import { addError, printedOf, refusalOf, type ToolSaid } from "./said.ts";

const A = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;
const ERROR = new RegExp(String.raw`^\s*ICMP (.{3,80}?) from (${A}) for ICMP Echo sent to (${A})`);
const SUMMARY = new RegExp(String.raw`^\s*(${A})\s+: xmt/rcv/%loss = (\d+)/(\d+)/`);
const ONE = new RegExp(String.raw`^\s*(${A})\s+: \[\d+\], (timed out|\d+ bytes)`);
const VERDICT = new RegExp(String.raw`^\s*(${A}) is (alive|unreachable)`);
const REFUSED = new RegExp(String.raw`^\s*(${A}): error while sending ping: `);

// handle_random_icmp() of fping, by the words of its table.
const WORDS: readonly (readonly [words: RegExp, icmp: IcmpWords, ping: string])[] = [
  [/^(?:ICMP )?Network Unreachable/i, { type: 3, code: 0 }, "Destination Net Unreachable"],
  [/^(?:ICMP )?Host Unreachable/i, { type: 3, code: 1 }, "Destination Host Unreachable"],
  [/^(?:ICMP )?Protocol Unreachable/i, { type: 3, code: 2 }, "Destination Protocol Unreachable"],
  [/^(?:ICMP )?Port Unreachable/i, { type: 3, code: 3 }, "Destination Port Unreachable"],
  [/Fragmentation Needed/i, { type: 3, code: 4 }, "Frag needed and DF set"],
  [/Source Route Failed/i, { type: 3, code: 5 }, "Source Route Failed"],
  [/Network.*Administratively Prohibited|Network Prohibited/i, { type: 3, code: 9 }, "Destination Net Prohibited"],
  [/Host.*Administratively Prohibited|Host Prohibited/i, { type: 3, code: 10 }, "Destination Host Prohibited"],
  [/Communication Administratively Prohibited/i, { type: 3, code: 13 }, "Packet filtered"],
  [/Time Exceeded/i, { type: 11, code: 0 }, "Time to live exceeded"],
];

interface Target {
  readonly errors: PrintedError[];
  readonly refusals: PrintedRefusal[];
  answers: number;
  silences: number;
  summary: { transmitted: number; received: number; line: string } | null;
  given: string | null;
}

/** One for each target that it names. */
export function fpingSaid(lines: readonly PastedLine[], typed: readonly string[] | null): ToolSaid[] {
  const targets = new Map<Ipv4, Target>();
  const of = (address: string | undefined): Target | null => {
    const key = parseIpv4(address ?? "");
    if (key === null) return null;
    const known = targets.get(key) ?? { errors: [], refusals: [], answers: 0, silences: 0, summary: null, given: null };
    targets.set(key, known);
    return known;
  };
  for (const { text, number } of lines) {
    const line = text.trim();
    const error = ERROR.exec(text);
    const summary = SUMMARY.exec(text);
    const one = ONE.exec(text);
    const verdict = VERDICT.exec(text);
    const refused = REFUSED.exec(text);
    if (error) {
      const found = WORDS.find(([words]) => words.test(error[1] ?? ""));
      const [icmp, words] = found === undefined ? [null, error[1] ?? ""] : [found[1], found[2]];
      const target = of(error[3]);
      if (target) addError(target.errors, { from: parseIpv4(error[2] ?? ""), words, icmp, line, at: number });
    } else if (summary) {
      const target = of(summary[1]);
      if (target) target.summary = { transmitted: Number(summary[2]), received: Number(summary[3]), line };
    } else if (one) {
      const target = of(one[1]);
      if (target && one[2] === "timed out") target.silences++;
      else if (target) target.answers++;
    } else if (verdict) {
      const target = of(verdict[1]);
      if (target) target.given = line;
      if (target && verdict[2] === "alive") target.answers++;
      else if (target && target.errors.length === 0) target.silences++;
    } else if (refused) {
      const target = of(refused[1]);
      const refusal = refusalOf(text, number);
      if (target && refusal) target.refusals.push(refusal);
    }
  }
  return [...targets].map(([address, told]) => saidOf(address, told, typed));
}

function saidOf(address: Ipv4, { summary, given, ...told }: Target, typed: readonly string[] | null): ToolSaid {
  const options = (typed ?? ["fping"]).filter((word, at) => at === 0 || word.startsWith("-"));
  const isRefused = told.refusals.length > 0 && told.answers === 0;
  return {
    argv: [options[0] ?? "fping", formatIpv4(address)],
    printed: printedOf(address, {
      ...told,
      silences: isRefused ? 0 : told.silences,
      transmitted: summary?.transmitted ?? null,
      received: summary?.received ?? null,
      answers: Math.max(told.answers, summary?.received ?? 0),
      summaryLine: summary?.line ?? given,
    }),
    path: null,
  };
}
