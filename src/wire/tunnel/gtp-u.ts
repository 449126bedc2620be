// GTP-U (3GPP TS 29.281): a tunnel's endpoint identifier and an IP packet of a phone, in UDP.

import { readU8, readU16, readU32, writeU16, writeU32 } from "../octets.ts";
import { rawEtherType } from "../raw.ts";
import type { ShortHeader, TunnelHeader } from "./tunnel-header.ts";

const FLAGS = 0;
const MESSAGE = 1;
const LENGTH = 2;
const ENDPOINT = 4;
const HEADER = 8;
const NEXT_EXTENSION = 11;
const WITH_OPTIONS = 12;

// Version 1, and the protocol is GTP (not GTP').
const VERSION_AND_PROTOCOL = 0xf0;
const VERSION_1 = 0x30;
const HAS_OPTIONS = 0x07;
const HAS_EXTENSION = 0x04;
const USER_DATA = 255;
const MOST_EXTENSIONS = 8;

/** Parses the header at `start`, with its extensions. */
export function parseGtpU(bytes: Uint8Array, start: number, end: number): TunnelHeader | ShortHeader {
  if (end - start < HEADER) return { needed: HEADER };
  const flags = readU8(bytes, start + FLAGS);
  const number = readU32(bytes, start + ENDPOINT);
  if ((flags & VERSION_AND_PROTOCOL) !== VERSION_1 || readU8(bytes, start + MESSAGE) !== USER_DATA) {
    return { length: HEADER, type: 0, number };
  }
  const length = (flags & HAS_OPTIONS) === 0 ? HEADER : lengthWithOptions(bytes, start, end, flags);
  if (end - start <= length) return { needed: length + 1 };
  const payload = readU16(bytes, start + LENGTH) - (length - HEADER);
  return { length, type: rawEtherType(bytes, start + length), number, payload };
}

// An extension says its length in units of 4 bytes, and its last byte which one comes next.
function lengthWithOptions(bytes: Uint8Array, start: number, end: number, flags: number): number {
  let length = WITH_OPTIONS;
  if ((flags & HAS_EXTENSION) === 0 || end - start < length) return length;
  let next = readU8(bytes, start + NEXT_EXTENSION);
  for (let n = 0; next !== 0 && n < MOST_EXTENSIONS; n++) {
    if (end - start <= length) return length;
    const size = readU8(bytes, start + length) * 4;
    length += Math.max(4, size);
    if (end - start < length) return length;
    next = readU8(bytes, start + length - 1);
  }
  return length;
}

/** A header without options and the packet that follows it. */
export function emitGtpU(endpoint: number, payload: Uint8Array): Uint8Array {
  const packet = new Uint8Array(HEADER + payload.length);
  packet[FLAGS] = VERSION_1;
  packet[MESSAGE] = USER_DATA;
  writeU16(packet, LENGTH, payload.length);
  writeU32(packet, ENDPOINT, endpoint);
  packet.set(payload, HEADER);
  return packet;
}
