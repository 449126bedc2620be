// PPPoE session packets (RFC 2516).

import { readU8, readU16, writeU16 } from "../octets.ts";
import { parsePpp } from "./ppp.ts";
import { isShort, type ShortHeader, type TunnelHeader } from "./tunnel-header.ts";

const VERSION_AND_TYPE = 0;
const CODE = 1;
const SESSION = 2;
const LENGTH = 4;
const HEADER = 6;

const VERSION_1_TYPE_1 = 0x11;
const SESSION_DATA = 0;

/** Parses the header at `start` and PPP's protocol behind it. */
export function parsePppoe(bytes: Uint8Array, start: number, end: number): TunnelHeader | ShortHeader {
  if (end - start < HEADER) return { needed: HEADER };
  const number = readU16(bytes, start + SESSION);
  if (readU8(bytes, start + VERSION_AND_TYPE) !== VERSION_1_TYPE_1 || readU8(bytes, start + CODE) !== SESSION_DATA) {
    return { length: HEADER, type: 0, number };
  }
  const ppp = parsePpp(bytes, start + HEADER, end);
  if (isShort(ppp)) return { needed: HEADER + ppp.needed };
  const payload = readU16(bytes, start + LENGTH) - ppp.length;
  return { length: HEADER + ppp.length, type: ppp.type, number, payload };
}

/** The packet of a session and a PPP protocol. */
export function emitPppoe(session: number, protocol: number, payload: Uint8Array): Uint8Array {
  const packet = new Uint8Array(HEADER + 2 + payload.length);
  packet[VERSION_AND_TYPE] = VERSION_1_TYPE_1;
  writeU16(packet, SESSION, session);
  writeU16(packet, LENGTH, 2 + payload.length);
  writeU16(packet, HEADER, protocol);
  packet.set(payload, HEADER + 2);
  return packet;
}
