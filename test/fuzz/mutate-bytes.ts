// What goes wrong with bytes: bits flip, files end early, length fields lie, pieces are lost, doubled or swapped.

import type { Random } from "./random.ts";

const TELLING = [0, 1, 2, 3, 4, 5, 0x0f, 0x45, 0x7f, 0x80, 0xfe, 0xff] as const;
const LENGTHS = [
  0, 1, 3, 4, 7, 8, 11, 12, 15, 16, 19, 20, 27, 28, 31, 32, 0x7fff, 0xffff, 0x40000, 0x1000000, 0x7fffffff, 0xffffffff,
] as const;

/** A copy with one to six things wrong. */
export function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  let result: Uint8Array = Uint8Array.from(bytes);
  for (let left = 1 + random.below(6); left > 0 && result.length > 0; left--) result = once(result, random);
  return result;
}

function once(bytes: Uint8Array, random: Random): Uint8Array {
  // Headers are at the front and decide most.
  const at = random.below(random.chance(0.3) ? Math.min(bytes.length, 80) : bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (random.below(9)) {
    case 0:
    case 1:
      bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
      return bytes;
    case 2:
      bytes[at] = random.pick(TELLING);
      return bytes;
    case 3:
      return bytes.slice(0, at);
    case 4:
      if (at + 4 <= bytes.length) view.setUint32(at, random.pick(LENGTHS), random.chance(0.5));
      return bytes;
    case 5:
      if (at + 2 <= bytes.length) view.setUint16(at, random.pick(LENGTHS) & 0xffff, random.chance(0.5));
      return bytes;
    case 6: {
      // A number that is off by a little.
      const off = random.below(9) - 4;
      if (at + 4 <= bytes.length) {
        const little = random.chance(0.5);
        view.setUint32(at, (view.getUint32(at, little) + off) >>> 0, little);
      }
      return bytes;
    }
    case 7: {
      const length = random.below(64);
      const piece = bytes.slice(at, at + length);
      const rest = random.chance(0.5) ? at : Math.min(bytes.length, at + length);
      // Doubled where the rest starts anew at the piece, lost where it starts behind it.
      return concat(bytes.subarray(0, at), rest === at ? piece : new Uint8Array(0), bytes.subarray(rest));
    }
    default: {
      const other = random.below(bytes.length);
      const length = Math.min(random.below(48), bytes.length - at, bytes.length - other);
      bytes.copyWithin(at, other, other + length);
      return bytes;
    }
  }
}

/** One array of several. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
