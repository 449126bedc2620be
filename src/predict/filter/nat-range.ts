// NAT to one of several addresses: find_best_ips_proto takes one by a hash of the packet's addresses that has no random
// part, so that it can be foreseen.

import type { Ipv4 } from "../../model/address.ts";
import type { Datagram } from "../message.ts";

/** Addresses from the first to the last, of which a hash takes one. */
export interface NatRange {
  readonly kind: "snat" | "dnat";
  readonly address: Ipv4;
  readonly last: Ipv4;
  /** The destination does not count. */
  readonly persistent: boolean;
}

/** The address that a new connection gets. */
export function oneOfRange({ source, destination }: Datagram, { kind, address, last, persistent }: NatRange): Ipv4 {
  // get_unique_tuple: a source that lies in the range stays.
  if (kind === "snat" && address <= source && source <= last) return source;
  const hash = jhash2([inMemory(source), 0, 0, 0], persistent ? 0 : inMemory(destination));
  return Number(BigInt(address) + ((BigInt(hash) * BigInt(last - address + 1)) >> 32n)) as Ipv4;
}

// As a little-endian machine reads it from network order.
function inMemory(address: Ipv4): number {
  return (
    (((address & 0xff) << 24) | ((address & 0xff00) << 8) | ((address >>> 8) & 0xff00) | ((address >>> 24) & 0xff)) >>>
    0
  );
}

const rol = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

// Bob Jenkins' hash as include/linux/jhash.h has it, of four words.
function jhash2([k0, k1, k2, k3]: readonly [number, number, number, number], initial: number): number {
  let a = (0xdeadbeef + (4 << 2) + initial) | 0;
  let b = a;
  let c = a;
  a = (a + k0) | 0;
  b = (b + k1) | 0;
  c = (c + k2) | 0;
  for (const by of [4, 6, 8, 16, 19, 4]) {
    // __jhash_mix: the three words change places with each turn.
    const mixed = ((a - c) | 0) ^ rol(c, by);
    c = (c + b) | 0;
    [a, b, c] = [b, c, mixed];
  }
  a = (a + k3) | 0;
  return final(a, b, c);
}

// __jhash_final
function final(first: number, second: number, third: number): number {
  let [a, b, c] = [first, second, third];
  c = ((c ^ b) - rol(b, 14)) | 0;
  a = ((a ^ c) - rol(c, 11)) | 0;
  b = ((b ^ a) - rol(a, 25)) | 0;
  c = ((c ^ b) - rol(b, 16)) | 0;
  a = ((a ^ c) - rol(c, 4)) | 0;
  b = ((b ^ a) - rol(a, 14)) | 0;
  return ((c ^ b) - rol(b, 24)) >>> 0;
}
