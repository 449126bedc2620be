// The Internet checksum (RFC 1071).

// After so many bytes the running sum is folded, so that it stays a small integer.
const FOLD_EVERY = 0x8000;

/** One's complement sum of `bytes[start..end)`, folded to 16 bits; an odd last byte counts as its high half. */
export function onesComplementSum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  let at = start;
  while (end - at >= 2) {
    const stop = Math.min(end - 1, at + FOLD_EVERY);
    for (; at < stop; at += 2) sum += ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  if (at < end) sum += (bytes[at] as number) << 8;
  sum = (sum & 0xffff) + (sum >>> 16);
  return (sum & 0xffff) + (sum >>> 16);
}

/** Whether bytes that include their own checksum field add up (the check of ip_fast_csum). */
export function checksumHolds(bytes: Uint8Array, start: number, end: number): boolean {
  return onesComplementSum(bytes, start, end) === 0xffff;
}

/** The value for a checksum field that is zero in `bytes`. */
export function checksumOf(bytes: Uint8Array, start: number, end: number): number {
  return ~onesComplementSum(bytes, start, end) & 0xffff;
}
