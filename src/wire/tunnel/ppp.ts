// PPP (RFC 1661, in HDLC-like frames RFC 1662): a protocol number of one or two bytes, often behind an address and a
// control byte.

import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_MPLS } from "../ether-type.ts";
import { readU8, readU16 } from "../octets.ts";
import type { ShortHeader, TunnelHeader } from "./tunnel-header.ts";

const ADDRESS_AND_CONTROL = 0xff03;
const IPV4 = 0x0021;
const IPV6 = 0x0057;
const MPLS = 0x0281;

/** Parses what is in front of a PPP packet at `start`: address and control, where they are there, and the protocol. */
export function parsePpp(bytes: Uint8Array, start: number, end: number): TunnelHeader | ShortHeader {
  if (end - start < 2) return { needed: 2 };
  const before = readU16(bytes, start) === ADDRESS_AND_CONTROL ? 2 : 0;
  if (end - start < before + 1) return { needed: before + 1 };
  // Protocol-field compression leaves out a first byte of zero; the last byte of a protocol is odd.
  const isCompressed = (readU8(bytes, start + before) & 1) === 1;
  const length = before + (isCompressed ? 1 : 2);
  if (end - start < length) return { needed: length };
  const protocol = isCompressed ? readU8(bytes, start + before) : readU16(bytes, start + before);
  return { length, type: typeOf(protocol), number: null };
}

function typeOf(protocol: number): number {
  if (protocol === IPV4) return ETHERTYPE_IPV4;
  if (protocol === IPV6) return ETHERTYPE_IPV6;
  return protocol === MPLS ? ETHERTYPE_MPLS : 0;
}
