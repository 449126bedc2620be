// A 32-bit fingerprint of what a packet carries, to tell packets apart and to find the same one at another interface.

// FNV-1a (draft-eastlake-fnv).
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

// 32 bytes reach past ping's time stamp (16 bytes) and end within 80 bytes of any link header here, so that captures
// with the usual snap lengths (96 and more) agree; a still shorter one gives another hash.
const HASHED_BYTES = 32;

/**
 * Hashes the first bytes of a payload and its length on the wire. Addresses, TTL and checksums must lie outside of it:
 * they change on the way.
 */
export function payloadHash(bytes: Uint8Array, start: number, end: number, wireLength: number): number {
  const stop = end - start > HASHED_BYTES ? start + HASHED_BYTES : end;
  let hash = hashNumber(OFFSET_BASIS, wireLength);
  for (let at = start; at < stop; at++) hash = Math.imul(hash ^ (bytes[at] as number), PRIME);
  return hash >>> 0;
}

/** Continues a hash with a number of up to 32 bits. */
export function hashNumber(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ (value & 0xff), PRIME);
  mixed = Math.imul(mixed ^ ((value >>> 8) & 0xff), PRIME);
  mixed = Math.imul(mixed ^ ((value >>> 16) & 0xff), PRIME);
  return Math.imul(mixed ^ (value >>> 24), PRIME);
}
