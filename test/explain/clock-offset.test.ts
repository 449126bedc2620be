// Clocks of two files: what proves that they differ, and what may as well be delay.

import { describe, expect, test } from "vitest";
import { clockOffsets } from "../../src/explain/clock-offset.ts";
import { echo, vantage } from "../flow/packets.ts";

const asker = vantage(0, "veth0");
const answerer = vantage(1, "veth1");
const MS = 1_000_000n;

/** Pings seen at the asker and at the other end, whose clock is off; delays each way in microseconds. */
function pings(count: number, off: number, there: number, back: number) {
  const here = [];
  const far = [];
  for (let i = 0; i < count; i++) {
    const ask = { source: "10.0.0.1", destination: "10.0.0.2", sequence: i };
    const answer = { source: "10.0.0.2", destination: "10.0.0.1", sequence: i, reply: true };
    const at = 1_000_000 * i;
    here.push(echo({ at: asker, us: at }, ask));
    far.push(echo({ at: answerer, us: at + there + off }, ask));
    far.push(echo({ at: answerer, us: at + there + 10 + off }, answer));
    here.push(echo({ at: asker, us: at + there + 10 + back }, answer));
  }
  return { here, far };
}

describe("clocks of two files", () => {
  test("a clock ahead is set back by as much", () => {
    const { here, far } = pings(5, 3_000_000, 40, 40);
    expect(clockOffsets([here, far])).toEqual([
      { add: 0n, matched: 0 },
      { add: -3000n * MS, matched: 10 },
    ]);
  });

  test("seen from the answering side", () => {
    const { here, far } = pings(5, 3_000_000, 40, 40);
    expect(clockOffsets([far, here])[1]?.add).toBe(3000n * MS);
  });

  test.each([
    ["none", 0, 0],
    ["the same each way", 400_000, 400_000],
    ["one way only", 900_000, 20],
    ["the way back only", 20, 900_000],
  ])("delay (%s) is no clock", (_, there, back) => {
    const { here, far } = pings(5, 0, there, back);
    expect(clockOffsets([here, far])[1]).toEqual({ add: 0n, matched: 10 });
  });

  test("requests alone show a clock only beyond any delay", () => {
    const ahead = (off: number) => {
      const { here, far } = pings(5, off, 40, 40);
      return clockOffsets([[...here.filter((_, i) => i % 2 === 0)], far.filter((_, i) => i % 2 === 0)])[1]?.add;
    };
    expect(ahead(900_000)).toBe(0n);
    expect(ahead(-60_000_000)).toBe(60_000n * MS - 40_000n);
  });

  test("a clock that was set in between gives no estimate", () => {
    const before = pings(4, 0, 40, 40);
    const after = pings(8, 5_000_000, 40, 40);
    const far = [...before.far, ...after.far.slice(8)];
    expect(clockOffsets([after.here, far])[1]?.add).toBe(0n);
  });

  test("captures of different pings share nothing", () => {
    const { here } = pings(5, 0, 40, 40);
    expect(clockOffsets([here, []])[1]).toEqual({ add: 0n, matched: 0 });
    expect(clockOffsets([])).toEqual([]);
  });

  test("a third file is placed by the second", () => {
    const { here, far } = pings(5, 3_000_000, 40, 40);
    const early = here.slice(0, 8);
    const late = here.slice(12);
    expect(clockOffsets([early, late, far]).map((one) => one.add)).toEqual([0n, 0n, -3000n * MS]);
  });
});
