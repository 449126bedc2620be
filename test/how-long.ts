// Tests that could go on for ever (random cases, rounds of a race) have a short form for every run and a long one.

import { createHash } from "node:crypto";

/** How many cases or rounds: the first, or the second under `npm run test:long`. */
export function howMany(usually: number, long: number): number {
  return process.env.PKTWHY_LONG === "1" ? long : usually;
}

/** About one in so many of the names and never none, always the same ones for a seed; all of them under `npm run test:long`. */
export function sampled<T>(
  all: readonly T[],
  seed: string,
  oneIn: number,
  nameOf: (one: T) => string = String,
): readonly T[] {
  const share = howMany(oneIn, 1);
  // By name, so that a recording that is added changes nothing about the others.
  const chosen = all.filter(
    (one) =>
      createHash("sha256")
        .update(`${seed} ${nameOf(one)}`)
        .digest()
        .readUInt32LE(0) %
        share ===
      0,
  );
  return chosen.length === 0 ? all.slice(0, 1) : chosen;
}
