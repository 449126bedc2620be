// MPLS (RFC 3032): a stack of labels. Nothing in it says what follows: that is guessed by the first bits (RFC 4928).

import { ETHERTYPE_ARP, ETHERTYPE_ETHERNET, ETHERTYPE_IPV4, ETHERTYPE_IPV6, isVlanTag } from "../ether-type.ts";
import { readU8, readU16, readU32, writeU32 } from "../octets.ts";
import { rawEtherType } from "../raw.ts";
import type { ShortHeader, TunnelHeader } from "./tunnel-header.ts";

const ENTRY = 4;
const MOST_LABELS = 16;
const BOTTOM = 0x100;
// RFC 4385, section 3: a control word begins with four zero bits.
const CONTROL_WORD = 4;
const ETHERNET_TYPE = 12;

/** Parses the stack at `start`. */
export function parseMpls(bytes: Uint8Array, start: number, end: number): TunnelHeader | ShortHeader {
  const labels: number[] = [];
  for (let length = ENTRY; ; length += ENTRY) {
    if (end - start < length) return { needed: length };
    const entry = readU32(bytes, start + length - ENTRY);
    labels.push(entry >>> 12);
    if ((entry & BOTTOM) === 0) {
      if (labels.length === MOST_LABELS) return { length, type: 0, number: null, labels };
      continue;
    }
    if (end - start <= length) return { needed: length + 1 };
    const type = rawEtherType(bytes, start + length);
    if (type !== 0) return { length, type, number: null, labels };
    const before = ethernetAfter(bytes, start + length, end);
    if (before === null) return { length, type: 0, number: null, labels };
    return { length: length + before, type: ETHERTYPE_ETHERNET, number: null, labels };
  }
}

// A frame on a pseudowire, with or without a control word: told by the type field that would be there.
function ethernetAfter(bytes: Uint8Array, start: number, end: number): number | null {
  for (const before of [CONTROL_WORD, 0]) {
    if (before > 0 && readU8(bytes, start) >>> 4 !== 0) continue;
    const typeAt = start + before + ETHERNET_TYPE;
    if (typeAt + 2 <= end && isPlausible(readU16(bytes, typeAt))) return before;
  }
  return null;
}

function isPlausible(type: number): boolean {
  return type === ETHERTYPE_IPV4 || type === ETHERTYPE_ARP || type === ETHERTYPE_IPV6 || isVlanTag(type);
}

/** A stack of labels, outermost first, and what follows it. */
export function emitMpls(labels: readonly number[], payload: Uint8Array): Uint8Array {
  const packet = new Uint8Array(labels.length * ENTRY + payload.length);
  labels.forEach((label, i) => {
    writeU32(packet, i * ENTRY, ((label << 12) | (i === labels.length - 1 ? BOTTOM : 0) | 64) >>> 0);
  });
  packet.set(payload, labels.length * ENTRY);
  return packet;
}
