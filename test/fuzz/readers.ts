// Hostile savefiles through the reader alone, whole and in pieces.

import { SavefileReader } from "../../src/savefile/reader.ts";
import { type Family, promise } from "./family.ts";
import { damaged } from "./mutate-bytes.ts";
import { hostileCapture } from "./mutate-frames.ts";
import { type Random, randomOf } from "./random.ts";
import type { Seed, SeedFrame } from "./seeds.ts";

/** Cases are made of these. */
export function readerFamily(captures: readonly Seed[], frames: readonly SeedFrame[]): Family {
  const input = (random: Random): Uint8Array => hostileSavefile(captures, frames, random);
  return {
    name: "reader",
    run: async (seed, number) => {
      const random = randomOf(seed, number);
      const bytes = input(random);
      readWholeAndInPieces(bytes, random.chance(0.2) ? 1 + random.below(64) : null);
      return false;
    },
    inputsOf: (seed, number) => [input(randomOf(seed, number))],
  };
}

/** A savefile with something wrong in it. */
export function hostileSavefile(captures: readonly Seed[], frames: readonly SeedFrame[], random: Random): Uint8Array {
  return random.chance(0.7) ? damaged(random.pick(captures).bytes, random) : hostileCapture(frames, random);
}

/** Reads it at once, and in pieces of this size where one is given, which must come to the same. */
export function readWholeAndInPieces(bytes: Uint8Array, size: number | null): void {
  const whole = read(bytes, bytes.length);
  if (size === null) return;
  const pieces = read(bytes, size);
  promise(whole === pieces, `in pieces ${pieces}, at once ${whole}`);
}

/** Reads all records; returns what they were, in short. */
function read(bytes: Uint8Array, size: number): string {
  const reader = new SavefileReader("fuzz");
  let told = "";
  const drain = (): void => {
    for (let record = reader.next(); record !== null; record = reader.next()) {
      if (record.type === "problem") {
        promise(record.offset <= bytes.length, `a fault at ${record.offset} of ${bytes.length}`);
        told += `${record.problem.kind}@${record.offset} `;
      } else if (record.type === "packet") {
        const { start, end, captured } = record;
        promise(start >= 0 && end <= record.bytes.length && end - start === captured, "a packet beyond its bytes");
        told += `${captured} `;
      } else told += `${record.type} `;
    }
  };
  for (let at = 0; at < bytes.length; at += Math.max(1, size)) {
    reader.append(bytes.slice(at, at + size));
    drain();
  }
  reader.finish();
  drain();
  return told;
}
