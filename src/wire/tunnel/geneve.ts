// GENEVE (RFC 8926): a network identifier, options, and a packet of any EtherType, in UDP.

import { readU8, readU16, readU32, writeU16, writeU32 } from "../octets.ts";
import type { ShortHeader, TunnelHeader } from "./tunnel-header.ts";

const VERSION_AND_LENGTH = 0;
const PROTOCOL = 2;
const IDENTIFIER = 4;
const OPTIONS = 8;

/** Parses the header at `start`, with its options. */
export function parseGeneve(bytes: Uint8Array, start: number, end: number): TunnelHeader | ShortHeader {
  if (end - start < OPTIONS) return { needed: OPTIONS };
  const first = readU8(bytes, start + VERSION_AND_LENGTH);
  const length = OPTIONS + (first & 0x3f) * 4;
  if (end - start < length) return { needed: length };
  const type = first >>> 6 === 0 ? readU16(bytes, start + PROTOCOL) : 0;
  return { length, type, number: readU32(bytes, start + IDENTIFIER) >>> 8 };
}

/** A header with options (a multiple of 4 bytes) and what follows it. */
export function emitGeneve(
  header: { readonly protocol: number; readonly number: number; readonly options: Uint8Array },
  payload: Uint8Array,
): Uint8Array {
  const length = OPTIONS + header.options.length;
  const packet = new Uint8Array(length + payload.length);
  packet[VERSION_AND_LENGTH] = header.options.length / 4;
  writeU16(packet, PROTOCOL, header.protocol);
  writeU32(packet, IDENTIFIER, header.number << 8);
  packet.set(header.options, OPTIONS);
  packet.set(payload, length);
  return packet;
}
