// A bounded number of hostile cases in every test run: the same ones each time, and some that nobody has seen yet.

import { randomInt } from "node:crypto";
import { describe, expect, test } from "vitest";
import { howMany } from "../how-long.ts";
import { families } from "./material.ts";

const FIXED_SEED = 20_261_121;
const EXPLAINED = 0.1;
// Each takes a few seconds where nothing else runs.
const CASES: Readonly<Record<string, number>> = {
  frame: 10_000,
  reader: 4000,
  capture: 100,
  gzip: 250,
  text: 16,
  state: 12,
  report: 20,
};
const TIMES = howMany(0.4, 10);

describe.each(await families(EXPLAINED))("hostile input: $name", (family) => {
  test.each([
    ["the same seed as always", FIXED_SEED],
    ["a seed nobody has seen", randomInt(2 ** 31)],
  ])("%s: %i", async (_, seed) => {
    const failures: string[] = [];
    for (let number = 0; number < (CASES[family.name] ?? 0) * TIMES && failures.length < 3; number++) {
      await family.run(seed, number).catch((error: unknown) => {
        const replay = `npm run fuzz -- --family ${family.name} --seed ${seed} --from ${number} --count 1 --explained ${EXPLAINED}`;
        failures.push(`${replay}\n${(error as Error).stack}`);
      });
    }
    expect(failures).toEqual([]);
  });
});
