// The one clock against the system's own: the same time of day to a millisecond, never back, finer than a millisecond.

import { expect, it } from "vitest";
import { elapsedMs, monotonicOffset, now } from "../src/clock.ts";

const MS = 1_000_000n;

it("tells the time of day, which never goes back", () => {
  let last = 0n;
  const within = new Set<bigint>();
  for (let round = 0; round < 50_000; round++) {
    const before = BigInt(Date.now()) * MS;
    const time = now();
    const after = BigInt(Date.now()) * MS;
    expect(time >= before - 2n * MS && time <= after + 3n * MS, `${before} ${time} ${after}`).toBe(true);
    expect(time >= last).toBe(true);
    last = time;
    within.add(time % MS);
  }
  expect(within.size).toBeGreaterThan(10);
});

it("knows how far the monotonic clock is from the time of day", () => {
  const offset = monotonicOffset();
  const apart = process.hrtime.bigint() + offset - now();
  expect(apart > -2n * MS && apart < 2n * MS, String(apart)).toBe(true);
});

it("measures spans", () => {
  const since = elapsedMs();
  const end = now() + 5n * MS;
  while (now() < end);
  expect(elapsedMs() - since).toBeGreaterThanOrEqual(4.9);
});
