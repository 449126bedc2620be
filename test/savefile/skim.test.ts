// Packets that are only counted where they lie are the same packets, whole, damaged, and in chunks of any size.

import { describe, expect, test } from "vitest";
import type { Skimmer } from "../../src/savefile/parser.ts";
import { SavefileReader } from "../../src/savefile/reader.ts";
import { damaged } from "../fuzz/mutate-bytes.ts";
import { randomOf } from "../fuzz/random.ts";
import { captureSeeds } from "../fuzz/seeds.ts";

/** One line a packet or fault, whether a skimmer passed it or next() handed it out. */
function linesOf(bytes: Uint8Array, chunk: number, passes: ((n: number) => boolean) | null): string[] {
  const lines: string[] = [];
  let shown = 0;
  const skimmer: Skimmer = {
    pass(id, window, start, end, seconds, nanoseconds) {
      if (passes === null || !passes(shown++)) return false;
      lines.push(`${id} ${seconds}.${nanoseconds} ${Buffer.from(window.slice(start, end)).toString("hex")}`);
      return true;
    },
  };
  const reader = new SavefileReader("test.pcap", passes === null ? null : skimmer);
  const drain = (): void => {
    for (let record = reader.next(); record !== null; record = reader.next()) {
      if (record.type === "packet") {
        const frame = Buffer.from(record.bytes.slice(record.start, record.end)).toString("hex");
        lines.push(`${record.interfaceId} ${record.seconds}.${record.nanoseconds} ${frame}`);
      } else if (record.type === "problem") lines.push(`${record.offset} ${record.problem.text.en}`);
    }
  };
  for (let at = 0; at < bytes.length; at += chunk) {
    reader.append(bytes.slice(at, at + chunk));
    drain();
  }
  reader.finish();
  drain();
  return [...lines, `${reader.packets} packets`];
}

describe("packets passed by a skimmer", () => {
  const seeds = captureSeeds();
  test("are those that are handed out without one", () => {
    for (let number = 0; number < 600; number++) {
      const random = randomOf(7, number);
      const seed = random.pick(seeds).bytes;
      const bytes = random.chance(0.5) ? seed : damaged(seed, random);
      const chunk = random.pick([17, 100, 999, 1 << 20]);
      const plain = linesOf(bytes, 1 << 20, null);
      expect(linesOf(bytes, chunk, () => true)).toEqual(plain);
      expect(linesOf(bytes, chunk, (n) => n % 3 !== 0)).toEqual(plain);
    }
  });
});
