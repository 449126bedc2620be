// A flood while it is watched: the first of it are told one by one, the rest by their number, and a patient ping always.

import { describe, expect, it } from "vitest";
import { WatchCrowds } from "../../src/live/watch/crowd.ts";
import type { Ipv4 } from "../../src/model/address.ts";
import type { Flow } from "../../src/model/flow.ts";

const flowOf = (src: number, dst: number): Flow => ({ kind: "ping", src: src as Ipv4, dst: dst as Ipv4 }) as Flow;
const MILLISECOND = 1_000_000n;

describe("questions that come by the hundred", () => {
  it("are told one by one until they are a crowd, and then by their number each second", () => {
    const crowds = new WatchCrowds();
    const told: string[] = [];
    let one = 0;
    for (let n = 0; n < 3000; n++) {
      const at = BigInt(n) * MILLISECOND;
      if (!crowds.holdsBack(flowOf(0x0a000005, 0x0a010000 + n), n % 10 !== 0, at)) one++;
      const held = crowds.take(at);
      if (held !== null) told.push(held.text.en);
    }
    const rest = crowds.take(0n, true);
    expect(one).toBe(15);
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(told[0]).toMatch(/^\d+ more questions from 10\.0\.0\.5, \d+ of them not answered/);
    const counted = [...told, rest?.text.en ?? ""].map((words) => Number(/^(\d+)/.exec(words)?.[1]));
    expect(counted.reduce((sum, n) => sum + n, 0)).toBe(3000 - one);
    expect(crowds.take(0n, true)).toBeNull();
  });

  it("are a crowd by their target, and by their number alone where they share nothing", () => {
    const byTarget = new WatchCrowds();
    const held = Array.from({ length: 40 }, (_, n) => byTarget.holdsBack(flowOf(n, 9), true, BigInt(n) * MILLISECOND));
    expect(held.filter((one) => one)).toHaveLength(25);
    expect(byTarget.take(0n, true)?.text.en).toContain("to 0.0.0.9");
    const mixed = new WatchCrowds();
    const all = Array.from({ length: 400 }, (_, n) =>
      mixed.holdsBack(flowOf(n, 1000 + n), true, BigInt(n) * MILLISECOND),
    );
    expect(all.filter((one) => one)).toHaveLength(400 - 63);
  });

  it("stay a crowd however many made-up sources there are", () => {
    const crowds = new WatchCrowds();
    let one = 0;
    for (let n = 0; n < 30_000; n++) if (!crowds.holdsBack(flowOf(1000 + n, 9), true, BigInt(n) * 100_000n)) one++;
    expect(one).toBe(15);
  });

  it("are not held back where they come slowly, and whoever asks again is told", () => {
    const crowds = new WatchCrowds();
    const slow = Array.from({ length: 60 }, (_, n) =>
      crowds.holdsBack(flowOf(5, n), true, BigInt(n) * 1000n * MILLISECOND),
    );
    expect(slow).not.toContain(true);
    const flood = new WatchCrowds();
    for (let n = 0; n < 100; n++) flood.holdsBack(flowOf(5, n), true, BigInt(n) * MILLISECOND);
    const patient = flowOf(5, 500);
    const asked = Array.from({ length: 6 }, (_, n) => flood.holdsBack(patient, true, BigInt(200 + n) * MILLISECOND));
    expect(asked).toEqual([true, true, true, false, false, false]);
  });
});
