// One pasted capture: tcpdump's lines, the indented lines that belong to them, and its summary, as packets.

import type { Ipv4 } from "../../model/address.ts";
import type { CapturedFrame } from "../../model/frame.ts";
import type { Packet } from "../../model/packet.ts";
import type { LinkType, Vantage } from "../../model/vantage.ts";
import type { PastedLine } from "../clean.ts";
import { placeOf } from "../state/pasted.ts";
import type { Block } from "../transcript.ts";
import { parseArpText, parseIpText, parseQuotedText, parseVerbose } from "./body.ts";
import { type LineHead, parseHead, type Stamp, startsLikeStamp } from "./head.ts";
import { joinPieces } from "./wrapped.ts";

/** One packet line with what is indented under it. */
export interface TextPacket {
  readonly head: LineHead;
  readonly line: PastedLine;
  readonly more: readonly string[];
  /** Bytes of a hex dump (-x, -xx, -X); null where there was none. */
  readonly bytes: Uint8Array | null;
}

export interface TextCapture {
  readonly interface: string | null;
  readonly netns: string | null;
  readonly packets: readonly TextPacket[];
  /** From the summary lines; null where they are missing. */
  readonly captured: number | null;
  readonly dropped: number | null;
  /** The filter as typed behind tcpdump's options. */
  readonly filter: string | null;
  readonly unknown: readonly PastedLine[];
}

// Hexadecimal digits in groups of one or two bytes, then a blank column and the same as text (-X).
const HEX = /^\s*0x[0-9a-f]{4}:\s{1,4}([0-9a-f][0-9a-f ]{1,80})/i;

interface OpenPacket {
  readonly line: PastedLine;
  head: LineHead | null;
  readonly pieces: string[];
  readonly more: string[];
  readonly hex: number[];
}

/** Reads the lines of a capture block. */
export function readCapture(block: Block): TextCapture {
  const open: OpenPacket[] = [];
  const unknown: PastedLine[] = [];
  let listening: string | null = null;
  let captured: number | null = null;
  let dropped: number | null = null;
  for (const line of block.lines) {
    const { text } = line;
    const on = /^(?:tcpdump: )?listening on (\S+?),/.exec(text) ?? /^tcpdump: .{0,200}listening on (\S+?),/.exec(text);
    if (on) listening = on[1] as string;
    if (on || text.trim() === "" || NOISE.test(text)) continue;
    const summary = /^\^?C?(\d+) packets? (captured|received by filter|dropped by (?:kernel|interface))/.exec(text);
    if (summary) {
      if (summary[2] === "captured") captured = Number(summary[1]);
      else if (summary[2] === "dropped by kernel") dropped = Number(summary[1]);
      continue;
    }
    const current = open.at(-1);
    const hex = current ? HEX.exec(text) : null;
    if (hex && current) {
      current.hex.push(...hexBytes(hex[1] as string));
      continue;
    }
    const head = /^\s/.test(text) && !/^\s*\d\d:\d\d:\d\d\./.test(text) ? null : parseHead(text);
    if (head || startsLikeStamp(text)) open.push({ line, head, pieces: [text], more: [], hex: [] });
    // -v indents by four blanks or a tab; one blank is where a terminal wrapped.
    else if (current && /^(?:\t| {2})/.test(text)) current.more.push(text.trim());
    else if (current && current.more.length === 0 && current.hex.length === 0 && current.pieces.length < 8) {
      current.pieces.push(text);
    } else unknown.push(line);
  }
  const packets = open.flatMap((packet) => finish(packet, unknown));
  return {
    interface: interfaceOf(block, listening),
    netns: placeOf(block),
    packets,
    captured,
    dropped,
    filter: filterOf(block),
    unknown: unknown.sort((a, b) => a.number - b.number),
  };
}

const NOISE =
  /^(?:tcpdump: |\^C|\^Z|reading from file|dropped privs to|Warning: |\[\d+\][ +-]|data link type|--$|\.\.\.$|…$)/;

// Pieces that make no packet with the line above are told as not understood, by their own numbers.
function finish({ line, head, pieces, more, hex }: OpenPacket, unknown: PastedLine[]): TextPacket[] {
  const joined = joinPieces(pieces);
  for (let at = joined.used; at < pieces.length; at++) {
    unknown.push({ number: line.number + at, text: pieces[at] as string });
  }
  const whole = joined.used > 1 ? parseHead(joined.text) : head;
  if (whole === null) {
    unknown.push(line);
    return [];
  }
  return [{ head: whole, line, more, bytes: hex.length > 0 ? Uint8Array.from(hex) : null }];
}

// The text column begins after two blanks; its characters may look like digits.
function hexBytes(column: string): number[] {
  const digits = column.split(/ {2,}/)[0] as string;
  const groups = digits.split(" ").filter((group) => /^(?:[0-9a-f]{2}){1,2}$/i.test(group));
  return groups.flatMap((group) => (group.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)));
}

function interfaceOf(block: Block, listening: string | null): string | null {
  if (listening !== null) return listening;
  const argv = block.command?.argv ?? [];
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i] as string;
    if (/^-[a-zA-Z]*i$/.test(word)) return argv[i + 1] ?? null;
    const glued = /^-[a-hj-zA-Z]*i(.+)$/.exec(word);
    if (glued) return glued[1] as string;
    if (word.startsWith("--interface=")) return word.slice(12);
  }
  return null;
}

const TAKES_VALUE = /^-[a-zA-Z]*[BcCEFGijMQrsTVwWyz]$/;

function filterOf(block: Block): string | null {
  const argv = block.command?.argv ?? [];
  if (argv[0] !== "tcpdump") return null;
  const words: string[] = [];
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i] as string;
    if (word.startsWith("-")) {
      if (TAKES_VALUE.test(word)) i++;
      continue;
    }
    if (/^[|>&;]|^\d>/.test(word)) break;
    words.push(word);
  }
  return words.length > 0 ? words.join(" ") : null;
}

/** How a capture's stamps become nanoseconds: deltas are added up, clock times roll over midnight. */
export class TextClock {
  #last: bigint | null = null;
  #days = 0n;
  readonly #deltas: boolean;

  constructor(packets: readonly TextPacket[]) {
    // -ttt prints the time since the line before, in the form of a time of day: it begins at zero and jumps back.
    const clocks = packets.flatMap((p) => (p.head.stamp.kind === "clock" ? [p.head.stamp.nanoseconds] : []));
    this.#deltas =
      clocks[0] === 0n && clocks.some((value, index) => index > 0 && value < (clocks[index - 1] as bigint));
  }

  /** Null where the line has no time. Times of day are nanoseconds since midnight: `undated` in the vantage. */
  read(stamp: Stamp): bigint | null {
    if (stamp.kind === "none") return null;
    if (stamp.kind !== "clock" && stamp.kind !== "delta") return stamp.nanoseconds;
    if (this.#deltas || stamp.kind === "delta") {
      this.#last = (this.#last ?? 0n) + stamp.nanoseconds;
      return this.#last;
    }
    const DAY = 86_400_000_000_000n;
    let time = stamp.nanoseconds + this.#days * DAY;
    if (this.#last !== null && time < this.#last - DAY / 2n) {
      this.#days++;
      time += DAY;
    }
    this.#last = time;
    return time;
  }
}

/** What a text packet becomes: a frame to decode where there is a hex dump, else a packet; null where nothing is known of it. */
export type FromText =
  | { readonly kind: "frame"; readonly frame: CapturedFrame; readonly head: LineHead }
  | { readonly kind: "packet"; readonly packet: Packet };

/** `number` is the packet's number in its vantage. */
export function fromText(
  text: TextPacket,
  vantage: Vantage,
  number: number,
  time: bigint | null,
  resolve: (name: string) => Ipv4 | null,
): FromText | null {
  const { head, bytes } = text;
  const ref = { vantage, number, time, captured: head.length, length: head.length, direction: head.direction };
  if (bytes !== null) {
    const linkType = linkTypeOf(head, bytes);
    if (linkType !== null) {
      return {
        kind: "frame",
        head,
        frame: {
          vantage,
          number,
          time,
          linkType,
          direction: head.direction,
          length: head.length ?? bytes.length,
          bytes,
          start: 0,
          end: bytes.length,
        },
      };
    }
  }
  const base = { frame: ref, link: head.link, vlans: head.vlans, faults: [] };
  if (head.network === "ip6")
    return { kind: "packet", packet: { ...base, network: { kind: "other", protocol: "ipv6", ip: null } } };
  if (head.network === "other")
    return { kind: "packet", packet: { ...base, network: { kind: "other", protocol: "other", ip: null } } };
  if (head.network === "arp") {
    const source = head.link.kind === "none" ? null : head.link.source;
    const arp = parseArpText(head.rest, source, resolve);
    return arp && { kind: "packet", packet: { ...base, network: arp } };
  }
  const sentence = [head.rest, ...text.more].join(" ").trim();
  const verbose = parseVerbose(sentence);
  const body = verbose ? verbose.rest : head.rest;
  // With -v the datagram quoted in an error stands on lines of its own, again with a header in parentheses.
  const parts = splitQuoted(body);
  const quotedVerbose = parts.quoted === null ? null : parseVerbose(parts.quoted.replace(/^IP /, ""));
  const quoted = quotedVerbose ? parseQuotedText(quotedVerbose.rest, quotedVerbose, resolve) : null;
  const network = parseIpText(parts.own, verbose, quoted, resolve, text.more.join(" "));
  return network && { kind: "packet", packet: { ...base, network } };
}

// -x begins at the network header, -xx at the link header: where the EtherType stands tells which.
function linkTypeOf(head: LineHead, bytes: Uint8Array): LinkType | null {
  if (head.network === "ip" && (bytes[0] ?? 0) >> 4 === 4) return "RAW";
  const wanted = head.network === "arp" ? [0x0806] : head.network === "ip" ? [0x0800] : [0x86dd];
  const typeAt = (offset: number): number => ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
  if (wanted.includes(typeAt(12)) || TAGGED.has(typeAt(12))) return "EN10MB";
  if (wanted.includes(typeAt(0))) return "LINUX_SLL2";
  return wanted.includes(typeAt(14)) ? "LINUX_SLL" : null;
}
const TAGGED = new Set([0x8100, 0x88a8, 0x9100]);

function splitQuoted(body: string): { own: string; quoted: string | null } {
  const at = body.search(/ (IP )?\(tos 0x/);
  return at < 0 ? { own: body, quoted: null } : { own: body.slice(0, at), quoted: body.slice(at + 1) };
}
