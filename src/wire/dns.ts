// DNS over UDP (RFC 1035), as far as it tells what was asked and what came of it.

import type { Ipv4 } from "../model/address.ts";
import type { Dns } from "../model/packet.ts";
import type { FaultLog } from "./fault-log.ts";
import { readIpv4, readU8, readU16 } from "./octets.ts";

const ID = 0;
const FLAGS = 2;
const QUESTIONS = 4;
const ANSWERS = 6;
const HEADER = 12;

const RESPONSE = 0x8000;
const TRUNCATED = 0x0200;
const RESPONSE_CODE = 0x000f;

const TYPE_A = 1;
const CLASS_INTERNET = 1;
const POINTER = 0xc0;

// A name has at most 255 bytes, and so at most 127 labels; pointers that lead further than that lead in a circle.
const MOST_LABELS = 128;
const MOST_ANSWERS = 64;

/** Parses a message; null, with a fault, where its header is not whole. What ends early keeps what was read. */
export function parseDns(bytes: Uint8Array, start: number, end: number, limit: string, log: FaultLog): Dns | null {
  const had = Math.max(0, end - start);
  if (had < HEADER) {
    log.truncated("dns", HEADER, had, limit);
    return null;
  }
  const flags = readU16(bytes, start + FLAGS);
  const common = {
    kind: "dns",
    id: readU16(bytes, start + ID),
    response: (flags & RESPONSE) !== 0,
    responseCode: flags & RESPONSE_CODE,
    truncated: (flags & TRUNCATED) !== 0,
    answers: readU16(bytes, start + ANSWERS),
  } as const;
  const message: Message = { bytes, start, end };
  const first = readU16(bytes, start + QUESTIONS) > 0 ? readName(message, start + HEADER) : null;
  if (first === null || first.next + 4 > end) return { ...common, question: null, addresses: [] };
  const question = { name: first.name, type: readU16(bytes, first.next) };
  const answersAt = behindQuestions(message, readU16(bytes, start + QUESTIONS));
  return { ...common, question, addresses: answersAt === null ? [] : addressesAt(message, answersAt, common.answers) };
}

interface Message {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

function behindQuestions(message: Message, count: number): number | null {
  let at = message.start + HEADER;
  for (let n = 0; n < Math.min(count, MOST_ANSWERS); n++) {
    const name = readName(message, at);
    if (name === null) return null;
    at = name.next + 4;
  }
  return at;
}

function addressesAt(message: Message, from: number, count: number): Ipv4[] {
  const { bytes, end } = message;
  const addresses: Ipv4[] = [];
  let at = from;
  for (let n = 0; n < Math.min(count, MOST_ANSWERS); n++) {
    const name = readName(message, at);
    if (name === null || name.next + 10 > end) break;
    const length = readU16(bytes, name.next + 8);
    const data = name.next + 10;
    const isAddress = readU16(bytes, name.next) === TYPE_A && readU16(bytes, name.next + 2) === CLASS_INTERNET;
    if (isAddress && length === 4 && data + 4 <= end) addresses.push(readIpv4(bytes, data));
    at = data + length;
  }
  return addresses;
}

function readName(
  { bytes, start, end }: Message,
  from: number,
): { readonly name: string; readonly next: number } | null {
  const labels: string[] = [];
  let at = from;
  let next: number | null = null;
  for (let steps = 0; steps < MOST_LABELS; steps++) {
    if (at >= end) return null;
    const length = readU8(bytes, at);
    if (length === 0) return { name: labels.length === 0 ? "." : labels.join("."), next: next ?? at + 1 };
    if ((length & POINTER) === POINTER) {
      if (at + 2 > end) return null;
      next ??= at + 2;
      at = start + (readU16(bytes, at) & 0x3fff);
      continue;
    }
    if ((length & POINTER) !== 0 || at + 1 + length > end) return null;
    labels.push(label(bytes, at + 1, at + 1 + length));
    at += 1 + length;
  }
  return null;
}

// RFC 1035 section 5.1 writes what is no plain letter as \DDD, and escapes the dot inside a label.
function label(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) {
    const byte = readU8(bytes, at);
    if (byte === 0x2e || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else if (byte > 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\${String(byte).padStart(3, "0")}`;
  }
  return text;
}
