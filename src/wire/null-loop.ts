// BSD loopback: four bytes of address family, in the capturing host's order (NULL, 0) or in network order (LOOP, 108).

import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_MIN } from "./ether-type.ts";
import { readU32, writeU32 } from "./octets.ts";

const FAMILY = 0;
const AF_INET = 2;

/** Length of the header. */
export const FAMILY_HEADER = 4;

// AF_INET6 of NetBSD, OpenBSD and BSD/OS; of FreeBSD; of macOS; of Linux.
const AF_INET6: readonly number[] = [24, 28, 30, 10];

/** The address family at `start`, where 4 bytes must be; NULL's byte order shows in which half is zero. */
export function parseFamily(bytes: Uint8Array, start: number, order: "host" | "network"): number {
  const family = readU32(bytes, start + FAMILY);
  if (order === "network" || family <= 0xffff) return family;
  const swapped = swap(family);
  if (swapped <= 0xffff) return swapped;
  // Neither half is zero: a writer that put an EtherType into the last two bytes, and what it liked into the first.
  const type = family & 0xffff;
  return type >= ETHERTYPE_MIN ? type : family;
}

/** The EtherType that an address family stands for, 0 where it stands for none. */
export function familyEtherType(family: number): number {
  if (family === AF_INET) return ETHERTYPE_IPV4;
  if (AF_INET6.includes(family)) return ETHERTYPE_IPV6;
  // Some writers store an EtherType instead, which is larger than any address family.
  return family === ETHERTYPE_IPV4 || family === ETHERTYPE_IPV6 || family === ETHERTYPE_ARP ? family : 0;
}

/** The frame of an address family and what follows it; `order` "swapped" is NULL as a little-endian host writes it. */
export function emitFamily(family: number, order: "network" | "swapped", payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FAMILY_HEADER + payload.length);
  writeU32(frame, FAMILY, order === "swapped" ? swap(family) : family);
  frame.set(payload, FAMILY_HEADER);
  return frame;
}

function swap(value: number): number {
  return (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}
