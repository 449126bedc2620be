// Reads what ping printed (iputils and busybox): what it asked, what it received, and each error with its origin.

import type { Ipv4 } from "../model/address.ts";
import { parseIpv4 } from "../model/address.ts";

export interface PingOutput {
  /** From the first line, `PING name (address) from source interface:`. */
  readonly destination: Ipv4 | null;
  readonly source: Ipv4 | null;
  readonly boundInterface: string | null;
  readonly transmitted: number | null;
  readonly received: number | null;
  readonly duplicates: number;
  readonly answers: number;
  /** Lines `From A icmp_seq=N WORDS`, grouped. */
  readonly errors: readonly {
    readonly from: Ipv4 | null;
    readonly words: string;
    readonly count: number;
    readonly line: string;
    /** icmp_seq of the first of them. */
    readonly first: number;
  }[];
  /** Lines `ping: …`: what ping itself complained of. */
  readonly complaints: readonly string[];
  /** The line that says that it got no socket; null where it got one, as far as it tells. */
  readonly socketRefused: string | null;
  /** The summary line, as printed. */
  readonly summaryLine: string | null;
}

// iputils in English and Chinese, old and new; busybox, which prints its first line before; inetutils. Each exits at once.
const SOCKET_REFUSED =
  /^ping[46]?: (?:(?:icmp open )?socket: (?:Operation not permitted|Permission denied|不允许的操作|权限不够)|permission denied \(are you root\?\)|Lacking privilege for icmp socket|=> missing cap_net_raw\+p capability or setuid\?)/;

/** Null where the text holds nothing that ping prints. */
export function parsePingOutput(output: string): PingOutput | null {
  let destination: Ipv4 | null = null;
  let source: Ipv4 | null = null;
  let boundInterface: string | null = null;
  let transmitted: number | null = null;
  let received: number | null = null;
  let duplicates = 0;
  let answers = 0;
  let summaryLine: string | null = null;
  const complaints: string[] = [];
  const errors = new Map<string, PingOutput["errors"][number] & { count: number }>();
  let any = false;
  for (const line of output.split(/\r?\n/)) {
    const head = /^PING \S+ \((\d+\.\d+\.\d+\.\d+)\)(?: from (\d+\.\d+\.\d+\.\d+)(?: ([^\s:]+))?)?:/.exec(line);
    if (head) {
      any = true;
      destination = parseIpv4(head[1] as string);
      source = parseIpv4(head[2] ?? "");
      boundInterface = head[3] ?? null;
      continue;
    }
    if (/^\d+ bytes from .*(icmp_)?seq=\d+/.test(line)) {
      any = true;
      answers++;
      if (line.includes("DUP!")) duplicates++;
      continue;
    }
    const summary = /^(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(line);
    if (summary) {
      any = true;
      transmitted = Number(summary[1]);
      received = Number(summary[2]);
      summaryLine = line.trim();
      // Where the hosts that answer a broadcast differ, only the summary counts them.
      duplicates = Math.max(duplicates, Number(/\+(\d+) duplicates/.exec(line)?.[1] ?? 0));
      continue;
    }
    const error = /^From (\S+?)(?: \((\d+\.\d+\.\d+\.\d+)\))?:? icmp_seq=(\d+) (.+)$/.exec(line);
    if (error) {
      any = true;
      const from = parseIpv4(error[2] ?? "") ?? parseIpv4(error[1] as string);
      const words = (error[4] as string).trim();
      const key = `${error[1]} ${words}`;
      const known = errors.get(key);
      if (known) known.count++;
      else errors.set(key, { from, words, count: 1, line: line.trim(), first: Number(error[3]) });
      continue;
    }
    if (/^ping[46]?: /.test(line)) {
      any = true;
      if (!complaints.includes(line.trim())) complaints.push(line.trim());
    }
  }
  if (!any) return null;
  return {
    destination,
    source,
    boundInterface,
    transmitted,
    received,
    duplicates,
    answers,
    errors: [...errors.values()],
    complaints,
    socketRefused:
      transmitted === null && answers === 0 ? (complaints.find((one) => SOCKET_REFUSED.test(one)) ?? null) : null,
    summaryLine,
  };
}
