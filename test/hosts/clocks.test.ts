// Clocks of several hosts, measured on packets that two of them saw: offset and drift, and how exact they are known.

import { describe, expect, test } from "vitest";
import { hostClocks } from "../../src/explain/hosts/clocks.ts";
import type { Crossing } from "../../src/explain/hosts/sights.ts";
import { corrected } from "../../src/model/clock-fit.ts";
import { randomOf } from "../fuzz/random.ts";

const MS = 1_000_000;
const START = 1_795_962_000_000_000_000n;

/** Numbers from 0 to 1. */
function random(run: number): () => number {
  const { below } = randomOf(17, run);
  return () => below(1e9) / 1e9;
}

interface Clock {
  /** Nanoseconds that the host's clock is ahead, and parts per million that it runs faster. */
  readonly ahead: number;
  readonly ppm: number;
}

const RIGHT: Clock = { ahead: 0, ppm: 0 };

/** What a clock shows at a true time, in nanoseconds from the start. */
function shown(clock: Clock, at: number): bigint {
  return START + BigInt(Math.round(at + clock.ahead + (at * clock.ppm) / 1e6));
}

function crossing(from: string, to: string, left: bigint, came: bigint): Crossing {
  const sight = (host: string, time: bigint, direction: "in" | "out") =>
    ({ host, place: { netns: host, interface: "eth0" }, direction, time, source: null, ttl: 64 }) as const;
  return { out: sight(from, left, "out"), in: sight(to, came, "in") };
}

/** Requests and answers between a host of the right time and another, with random delays. */
function between(a: string, b: string, clocks: ReadonlyMap<string, Clock>, count: number, next: () => number) {
  const of = (host: string) => clocks.get(host) ?? RIGHT;
  return Array.from({ length: count }, (_, index) => {
    const asked = index * 200 * MS + next() * 20 * MS;
    const [there, stay, back] = [20_000 + next() * 80_000, next() * 50_000, 20_000 + next() * 80_000];
    const arrived = asked + there;
    const answered = arrived + stay;
    return [
      crossing(a, b, shown(of(a), asked), shown(of(b), arrived)),
      crossing(b, a, shown(of(b), answered), shown(of(a), answered + back)),
    ];
  }).flat();
}

/** How far off a corrected time of the host is at most, over the whole capture. */
function worst(host: string, clock: Clock, fits: ReturnType<typeof hostClocks>, seconds: number): number {
  const fit = fits.get(host);
  if (fit === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(
    ...[0, seconds / 2, seconds].map((at) => {
      const time = shown(clock, at * 1e9);
      return Math.abs(Number(corrected(time, fit) - shown(RIGHT, at * 1e9)));
    }),
  );
}

describe("clocks of several hosts", () => {
  test.each([
    ["2 s behind", { ahead: -2e9, ppm: 0 }],
    ["0.4 s ahead", { ahead: 0.4e9, ppm: 0 }],
    ["a drift of 200 ppm", { ahead: 0, ppm: 200 }],
    ["2 s behind, and slower by 200 ppm", { ahead: -2e9, ppm: -200 }],
  ])("%s is found to a tenth of a millisecond in 50 of 50 random runs", (_, clock) => {
    for (let run = 0; run < 50; run++) {
      const next = random(run);
      const fits = hostClocks(["a", "b"], between("a", "b", new Map([["b", clock]]), 40, next));
      expect(worst("b", clock, fits, 8), `run ${run}`).toBeLessThan(0.1 * MS);
      const residual = Number(fits.get("b")?.residual);
      expect(residual, `run ${run}`).toBeGreaterThan(0);
      expect(residual, `run ${run}`).toBeLessThan(0.2 * MS);
    }
  });

  test("a clock that is right stays as it is, whatever the delays", () => {
    for (let run = 0; run < 50; run++) {
      const fit = hostClocks(["a", "b"], between("a", "b", new Map(), 40, random(run))).get("b");
      expect(fit).toMatchObject({ add: 0n, drift: 0 });
    }
  });

  test("a host that shares packets with the second one only is set by it", () => {
    const clocks = new Map([
      ["r", { ahead: 0.4e9, ppm: 0 }],
      ["b", { ahead: -2e9, ppm: 0 }],
    ]);
    const next = random(7);
    const crossings = [...between("a", "r", clocks, 20, next), ...between("r", "b", clocks, 20, next)];
    const fits = hostClocks(["a", "r", "b"], crossings);
    for (const [host, clock] of clocks) expect(worst(host, clock, fits, 4), host).toBeLessThan(0.2 * MS);
  });

  test("requests alone tell a clock that is far off, and not how exactly", () => {
    const one = (ahead: number) =>
      hostClocks(
        ["a", "b"],
        between("a", "b", new Map([["b", { ahead, ppm: 0 }]]), 5, random(1)).filter(({ out }) => out.host === "a"),
      ).get("b");
    expect(one(-2e9)?.residual).toBeNull();
    expect(Number(one(-2e9)?.add)).toBeGreaterThan(1.99e9);
    expect(one(0)?.add).toBe(0n);
    // Against all sense by little: it came before it had left.
    expect(Number(one(-5 * MS)?.add)).toBeGreaterThan(4.8 * MS);
    // Beyond it could be delay.
    expect(one(5 * MS)?.add).toBe(0n);
  });

  test("hosts that share nothing are taken as right", () => {
    expect(hostClocks(["a", "b"], []).get("b")).toBeUndefined();
  });
});
