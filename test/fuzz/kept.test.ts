// The kept corpus is replayed, input by input.

import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KEPT_KINDS, keptFile, keptInputs, keptLine, replay } from "./kept.ts";

const LARGEST_FILE = 200_000;

describe.each(KEPT_KINDS)("kept inputs: %s", (kind) => {
  const inputs = keptInputs(kind);

  it("break no promise", { timeout: 60_000 }, async () => {
    const failures: string[] = [];
    for (const [index, one] of inputs.entries()) {
      await replay(kind, one).catch((error: unknown) => {
        failures.push(`line ${index + 1}, ${one.why}: ${(error as Error).stack}`);
      });
    }
    expect(failures).toEqual([]);
  });

  it("are small, and none is there twice", () => {
    expect(inputs.length).toBeGreaterThan(0);
    expect(new Set(inputs.map(({ why: _, ...one }) => keptLine({ ...one, why: "" }))).size).toBe(inputs.length);
    expect(statSync(keptFile(kind)).size).toBeLessThan(LARGEST_FILE);
  });
});
