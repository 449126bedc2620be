// What arping (iputils, busybox, Habets') and nping --arp say, as tcpdump would print the questions and answers: they are
// all that these programs see.

import type { PastedLine } from "../clean.ts";

/** Stands for the asker's address, where the program does not print it. */
export const ASKER = "asker";

export interface ArpingSaid {
  readonly argv: readonly string[];
  readonly target: string;
  /** Null where it is not named. */
  readonly source: string | null;
  readonly interface: string | null;
  readonly packets: readonly PastedLine[];
}

const A = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;
const M = `[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}`;
const HEAD = new RegExp(String.raw`^\s*ARPING (${A})(?: from (${A}) (\S+))?`);
const REPLY = new RegExp(String.raw`^\s*(?:Unicast|Broadcast) reply from (${A}) \[(${M})\]`);
const HABETS_REPLY = new RegExp(String.raw`^\s*\d+ bytes from (${M}) \((${A})\): (?:index|icmp_seq)=`);
// `-r`: of each answer the MAC address alone, and no other line.
const MAC_ALONE = new RegExp(String.raw`^\s*${M}\s*$`);
const ADDRESS = new RegExp(`^${A}$`);
const SENT =
  /^\s*Sent (\d+) probes?(?:\(s\))? \(|^\s*(\d+) packets transmitted, \d+ packets received,\s+\d+% unanswered/;
/** Of a question that was asked for hours, as many are enough. */
const MOST = 64;

/** Null where it names no target. */
export function arpingSaid(lines: readonly PastedLine[], typed: readonly string[] | null): ArpingSaid | null {
  if (lines.some(({ text }) => /^\s*SENT \([\d.]+s\) ARP /.test(text))) return npingArp(lines);
  const options = typed ?? [];
  const optionOf = (letter: string): string | undefined =>
    options.flatMap((word, at) =>
      word === `-${letter}`
        ? [options[at + 1] ?? ""]
        : word.startsWith(`-${letter}`) && word.length > 2 && letter !== "c"
          ? [word.slice(2)]
          : [],
    )[0];
  const head = lines.map(({ text }) => HEAD.exec(text)).find((match) => match !== null);
  const onlyMacs = options.some((word) => /^-[a-zA-Z]*r/.test(word))
    ? lines.filter(({ text }) => MAC_ALONE.test(text))
    : [];
  const [, headed, from] = head ?? [];
  const target = headed ?? (onlyMacs.length > 0 ? options.findLast((word) => ADDRESS.test(word)) : undefined);
  if (target === undefined) return null;
  const device = head?.[3] ?? optionOf("I") ?? optionOf("i") ?? null;
  const source = from ?? optionOf("S") ?? optionOf("s") ?? null;
  const teller = source === null || !ADDRESS.test(source) ? ASKER : source;
  const numbers = lines.flatMap(({ text, number }) => (HEAD.test(text) ? [number] : []));
  const bare = onlyMacs.map(({ text, number }) => ({ number, address: target, mac: text.trim().toLowerCase() }));
  const named = lines.flatMap(({ text, number }) => {
    const [, ip, mac] = REPLY.exec(text) ?? [];
    const [, habetsMac, habetsIp] = HABETS_REPLY.exec(text) ?? [];
    const address = ip ?? habetsIp;
    return address === undefined ? [] : [{ number, address, mac: (mac ?? habetsMac ?? "").toLowerCase() }];
  });
  const replies = [...named, ...bare];
  const timeouts = lines.flatMap(({ text, number }) => (/^\s*Timeout\s*$/.test(text) ? [number] : []));
  const counted = lines.flatMap(({ text }) => {
    const [, sent, transmitted] = SENT.exec(text) ?? [];
    return sent === undefined && transmitted === undefined ? [] : [Number(sent ?? transmitted)];
  })[0];
  const sent = Math.min(MOST, counted ?? Math.max(1, timeouts.length, distinct(replies)));
  return {
    argv: typed ?? ["arping", ...(device === null ? [] : ["-I", device]), target],
    target,
    source: teller === ASKER ? null : teller,
    interface: device,
    packets: exchanges({ target, teller, sent, first: numbers[0] ?? lines[0]?.number ?? 0, replies }),
  };
}

// Of a MAC address that answers each question there are as many answers as questions.
function distinct(replies: readonly { mac: string }[]): number {
  const counts = new Map<string, number>();
  for (const { mac } of replies) counts.set(mac, (counts.get(mac) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

interface Asked {
  readonly target: string;
  readonly teller: string;
  readonly sent: number;
  readonly first: number;
  readonly replies: readonly { number: number; address: string; mac: string }[];
}

// Each question with the answers that came to it: of every MAC address one.
function exchanges({ target, teller, sent, first, replies }: Asked): PastedLine[] {
  const left = [...replies.slice(0, MOST * 4)];
  const out: PastedLine[] = [];
  for (let at = 0; at < sent; at++) {
    out.push({ number: first, text: `ARP, Request who-has ${target} tell ${teller}, length 28` });
    const heard = new Set<string>();
    const isLast = at === sent - 1;
    for (let next = left[0]; next !== undefined && (isLast || !heard.has(next.mac)); next = left[0]) {
      heard.add(next.mac);
      left.shift();
      out.push({ number: next.number, text: `ARP, Reply ${next.address} is-at ${next.mac}, length 28` });
    }
  }
  return out;
}

function npingArp(lines: readonly PastedLine[]): ArpingSaid | null {
  let asked: { target: string; source: string } | null = null;
  const packets: PastedLine[] = [];
  for (const { text, number } of lines) {
    const out = new RegExp(String.raw`^\s*SENT \([\d.]+s\) ARP who has (${A})\? Tell (${A})`).exec(text);
    const back = new RegExp(String.raw`^\s*RCVD \([\d.]+s\) ARP reply (${A}) is at (${M})`).exec(text);
    if (out) {
      asked ??= { target: out[1] ?? "", source: out[2] ?? "" };
      packets.push({ number, text: `ARP, Request who-has ${out[1]} tell ${out[2]}, length 28` });
    } else if (back) {
      const mac = (back[2] ?? "").toLowerCase();
      packets.push({ number, text: `ARP, Reply ${back[1]} is-at ${mac}, length 28` });
    }
  }
  if (asked === null) return null;
  return { argv: ["arping", asked.target], ...asked, interface: null, packets: packets.slice(0, MOST * 4) };
}
