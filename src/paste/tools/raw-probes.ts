// What hping3 and nping say of the echo requests that they make themselves.

import { formatIpv4, type Ipv4, parseIpv4 } from "../../model/address.ts";
import { icmpOfWords } from "../../model/ping-words.ts";
import type { PrintedError, PrintedRefusal } from "../../model/printed.ts";
import type { PastedLine } from "../clean.ts";
import { addError, printedOf, refusalOf, type ToolSaid } from "./said.ts";

const A = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;

/** hping3 in its ICMP mode; null for what it asked by TCP or UDP, and for what does not tell. */
export function hpingSaid(lines: readonly PastedLine[], typed: readonly string[] | null): ToolSaid | null {
  const whole = lines.map(({ text }) => text).join("\n");
  const asked = typed?.some((word) => /^-(?:1|-icmp)$/.test(word)) ?? false;
  const target = parseIpv4(new RegExp(String.raw`HPING \S+ \(\S+ (${A})\): icmp mode`).exec(whole)?.[1] ?? "");
  const named = parseIpv4(/--- (\S+) hping statistic/.exec(whole)?.[1] ?? "");
  if (target === null && !(asked && named !== null)) return null;
  const errors: PrintedError[] = [];
  const refusals: PrintedRefusal[] = [];
  let answers = 0;
  let counted: { transmitted: number; received: number; line: string } | null = null;
  for (const { text, number } of lines) {
    const line = text.trim();
    const error = new RegExp(String.raw`^\s*ICMP (.{3,60}?) from ip=(${A})`).exec(text);
    const counts = /^\s*(\d+) packets tra\w+, (\d+) packets received/.exec(text);
    const expired = new RegExp(`TTL 0 during transit from ip=(${A})`).exec(text);
    if (error) {
      const words = `Destination ${(error[1] ?? "").replace(/^Network/, "Net")}`;
      addError(errors, { from: parseIpv4(error[2] ?? ""), words, icmp: icmpOfWords(words), line, at: number });
    } else if (expired) {
      const words = "Time to live exceeded";
      addError(errors, { from: parseIpv4(expired[1] ?? ""), words, icmp: icmpOfWords(words), line, at: number });
    } else if (/^\s*len=\d+ ip=/.test(text)) answers++;
    else if (counts) counted = { transmitted: Number(counts[1]), received: Number(counts[2]), line };
    else if (/^\[send_ip\]/.test(text)) refusals.push(...[refusalOf(text, number)].flatMap((one) => one ?? []));
  }
  const destination = target ?? named;
  const isSent = counted !== null && refusals.length === 0;
  return {
    argv: typed ?? ["hping3", "-1", destination === null ? "?" : formatIpv4(destination)],
    printed: printedOf(destination, {
      transmitted: isSent ? (counted?.transmitted ?? null) : null,
      received: isSent
        ? Math.min(counted?.transmitted ?? 0, Math.max(answers, errors.length > 0 ? answers : (counted?.received ?? 0)))
        : null,
      answers,
      errors,
      refusals,
      summaryLine: counted?.line ?? null,
    }),
    path: null,
  };
}

/** nping's echo requests, a target each; its ARP is told where arping's is. */
export function npingSaid(lines: readonly PastedLine[]): ToolSaid[] {
  const sent = new Map<Ipv4, number>();
  const back = new Map<Ipv4, number>();
  const errors: PrintedError[] = [];
  let source: Ipv4 | null = null;
  for (const { text, number } of lines) {
    const out = new RegExp(String.raw`^\s*SENT \([\d.]+s\) ICMP \[(${A}) > (${A}) Echo request`).exec(text);
    const reply = new RegExp(String.raw`^\s*RCVD \([\d.]+s\) ICMP \[(${A}) > ${A} Echo reply`).exec(text);
    const error = new RegExp(
      String.raw`^\s*RCVD \([\d.]+s\) ICMP \[(${A}) > ${A} (.{3,80}?) \(type=(3|11)/code=(\d+)`,
    ).exec(text);
    const target = parseIpv4(out?.[2] ?? "");
    const answering = parseIpv4(reply?.[1] ?? "");
    if (target !== null) {
      source ??= parseIpv4(out?.[1] ?? "");
      sent.set(target, (sent.get(target) ?? 0) + 1);
    } else if (answering !== null) back.set(answering, (back.get(answering) ?? 0) + 1);
    else if (error) {
      const icmp = { type: Number(error[3]), code: Number(error[4]) };
      const words = icmp.type === 11 ? "Time to live exceeded" : (WORDS.get(icmp.code) ?? (error[2] as string));
      addError(errors, { from: parseIpv4(error[1] ?? ""), words, icmp, line: text.trim(), at: number });
    }
  }
  return [...sent].map(([target, transmitted]) => {
    const received = back.get(target) ?? 0;
    const own = sent.size === 1 ? errors : [];
    return {
      argv: ["nping", "--icmp", formatIpv4(target)],
      printed: printedOf(target, { source, transmitted, received, answers: received, errors: own }),
      path: null,
    };
  });
}

const WORDS: ReadonlyMap<number, string> = new Map([
  [0, "Destination Net Unreachable"],
  [1, "Destination Host Unreachable"],
  [3, "Destination Port Unreachable"],
  [4, "Frag needed and DF set"],
  [9, "Destination Net Prohibited"],
  [10, "Destination Host Prohibited"],
  [13, "Packet filtered"],
]);
