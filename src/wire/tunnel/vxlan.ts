// VXLAN (RFC 7348): a network identifier and a whole Ethernet frame, in UDP.

import { ETHERTYPE_ETHERNET } from "../ether-type.ts";
import { readU8, readU32, writeU32 } from "../octets.ts";
import type { ShortHeader, TunnelHeader } from "./tunnel-header.ts";

const FLAGS = 0;
const IDENTIFIER = 4;
const HEADER = 8;

const HAS_IDENTIFIER = 0x08;

/** Parses the header at `start`. */
export function parseVxlan(bytes: Uint8Array, start: number, end: number): TunnelHeader | ShortHeader {
  if (end - start < HEADER) return { needed: HEADER };
  // vxlan_rcv drops what has no identifier.
  const valid = (readU8(bytes, start + FLAGS) & HAS_IDENTIFIER) !== 0;
  return { length: HEADER, type: valid ? ETHERTYPE_ETHERNET : 0, number: readU32(bytes, start + IDENTIFIER) >>> 8 };
}

/** The header of a network and the frame that follows it. */
export function emitVxlan(number: number, frame: Uint8Array): Uint8Array {
  const packet = new Uint8Array(HEADER + frame.length);
  packet[FLAGS] = HAS_IDENTIFIER;
  writeU32(packet, IDENTIFIER, number << 8);
  packet.set(frame, HEADER);
  return packet;
}
