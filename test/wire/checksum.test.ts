// The Internet checksum against a slow reading of RFC 1071.

import fc from "fast-check";
import { expect, test } from "vitest";
import { checksumHolds, checksumOf, onesComplementSum } from "../../src/wire/checksum.ts";

function slowSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

test("the example of RFC 1071 section 3", () => {
  const bytes = new Uint8Array([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
  expect(onesComplementSum(bytes, 0, 8)).toBe(0xddf2);
});

test("agrees with the slow sum, for even and odd lengths", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(onesComplementSum(bytes, 0, bytes.length)).toBe(slowSum(bytes));
    }),
  );
});

test("agrees with it beyond 64 KiB, where the sum is folded on the way", () => {
  for (const length of [0x8000, 0x8001, 0x10001, 200_003]) {
    const bytes = new Uint8Array(length).fill(0xff);
    bytes[7] = 0x12;
    expect(onesComplementSum(bytes, 0, length)).toBe(slowSum(bytes));
  }
});

test("a computed checksum holds", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 100 }), (bytes) => {
      bytes[0] = 0;
      bytes[1] = 0;
      const value = checksumOf(bytes, 0, bytes.length);
      bytes[0] = value >>> 8;
      bytes[1] = value & 0xff;
      expect(checksumHolds(bytes, 0, bytes.length)).toBe(true);
    }),
  );
});
