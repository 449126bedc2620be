// GRE (RFC 2784, key and sequence number of RFC 2890), and the enhanced one that PPTP carries PPP in (RFC 2637).

import { readU16, readU32, writeU16, writeU32 } from "../octets.ts";
import { parsePpp } from "./ppp.ts";
import { isShort, type ShortHeader, type TunnelHeader } from "./tunnel-header.ts";

const FLAGS = 0;
const PROTOCOL = 2;
const OPTIONS = 4;

const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const ACKNOWLEDGEMENT = 0x0080;
const VERSION = 0x0007;

const PROTOCOL_PPP = 0x880b;
/** Protocol numbers of mirrored frames (ERSPAN types II and III). */
const ERSPAN: readonly number[] = [0x88be, 0x22eb];

/** Whether what follows is a mirrored frame, seen somewhere else. */
export function isErspan(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= OPTIONS && ERSPAN.includes(readU16(bytes, start + PROTOCOL));
}

/** Whether it is the version that PPTP uses. */
export function isEnhancedGre(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= OPTIONS && (readU16(bytes, start + FLAGS) & VERSION) === 1;
}

/** Parses the header at `start`. */
export function parseGre(bytes: Uint8Array, start: number, end: number): TunnelHeader | ShortHeader {
  if (end - start < OPTIONS) return { needed: OPTIONS };
  const flags = readU16(bytes, start + FLAGS);
  const protocol = readU16(bytes, start + PROTOCOL);
  const version = flags & VERSION;
  if (version === 1) return parseEnhanced(bytes, start, end, flags, protocol);
  const keyAt = OPTIONS + ((flags & (CHECKSUM | ROUTING)) === 0 ? 0 : 4);
  const length = keyAt + ((flags & KEY) === 0 ? 0 : 4) + ((flags & SEQUENCE) === 0 ? 0 : 4);
  if (end - start < length) return { needed: length };
  const number = (flags & KEY) === 0 ? null : readU32(bytes, start + keyAt);
  // Source routes (RFC 1701) follow the header; nobody sends them (gre_parse_header refuses them).
  const type = version === 0 && (flags & ROUTING) === 0 && !ERSPAN.includes(protocol) ? protocol : 0;
  return { length, type, number };
}

function parseEnhanced(
  bytes: Uint8Array,
  start: number,
  end: number,
  flags: number,
  protocol: number,
): TunnelHeader | ShortHeader {
  const length = OPTIONS + 4 + ((flags & SEQUENCE) === 0 ? 0 : 4) + ((flags & ACKNOWLEDGEMENT) === 0 ? 0 : 4);
  if (end - start < length) return { needed: length };
  const number = readU16(bytes, start + OPTIONS + 2);
  if (protocol !== PROTOCOL_PPP || (flags & SEQUENCE) === 0) return { length, type: 0, number };
  const ppp = parsePpp(bytes, start + length, end);
  if (isShort(ppp)) return { needed: length + ppp.needed };
  return { length: length + ppp.length, type: ppp.type, number, payload: readU16(bytes, start + OPTIONS) - ppp.length };
}

/** A header of version 0 and what follows it; null is without. */
export function emitGre(
  header: { readonly protocol: number; readonly key: number | null; readonly sequence: number | null },
  payload: Uint8Array,
): Uint8Array {
  const keyed = header.key === null ? 0 : 4;
  const numbered = header.sequence === null ? 0 : 4;
  const packet = new Uint8Array(OPTIONS + keyed + numbered + payload.length);
  writeU16(packet, FLAGS, (keyed && KEY) | (numbered && SEQUENCE));
  writeU16(packet, PROTOCOL, header.protocol);
  if (header.key !== null) writeU32(packet, OPTIONS, header.key);
  if (header.sequence !== null) writeU32(packet, OPTIONS + keyed, header.sequence);
  packet.set(payload, OPTIONS + keyed + numbered);
  return packet;
}
