// A bounded number of hostile cases in every test run: the same ones each time, and some that nobody has seen yet.

import { randomInt } from "node:crypto";
import { describe, expect, test } from "vitest";
import { runCase } from "./case.ts";
import { materialFor } from "./material.ts";

const FIXED_SEED = 20_261_121;
const CASES = 1500;

describe("hostile captures", () => {
  const material = materialFor(0.1);

  test.each([
    ["the same seed as always", FIXED_SEED],
    ["a seed nobody has seen", randomInt(2 ** 31)],
  ])("%s: %i", async (_, seed) => {
    const failures: string[] = [];
    for (let number = 0; number < CASES && failures.length < 3; number++) {
      await runCase(material, seed, number).catch((error: unknown) => {
        failures.push(
          `npm run fuzz -- --seed ${seed} --from ${number} --count 1 --explained 0.1\n${(error as Error).stack}`,
        );
      });
    }
    expect(failures).toEqual([]);
  });
});
