// LLC with SNAP (IEEE 802, RFC 1042): how an EtherType is written where the link has none of its own.

import { readU8, readU16 } from "../octets.ts";

const CONTROL = 2;
const ORGANISATION = 3;
const ETHER_TYPE = 6;
const SNAP_ACCESS_POINTS = 0xaaaa;
const UNNUMBERED = 3;
// Plain encapsulation, and the bridge tunnel of 802.1H.
const ORGANISATIONS: readonly number[] = [0x000000, 0x0000f8];

/** The EtherType behind the 8 bytes at `start`, which must be there; 0 where they are no such header. */
export function snapEtherType(bytes: Uint8Array, start: number): number {
  if (readU16(bytes, start) !== SNAP_ACCESS_POINTS || readU8(bytes, start + CONTROL) !== UNNUMBERED) return 0;
  const organisation = (readU8(bytes, start + ORGANISATION) << 16) | readU16(bytes, start + ORGANISATION + 1);
  return ORGANISATIONS.includes(organisation) ? readU16(bytes, start + ETHER_TYPE) : 0;
}
