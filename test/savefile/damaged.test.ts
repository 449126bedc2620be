// Conformance: 16 damaged captures from other projects keep every whole packet and name a fitting fault.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { chunkSizes, packetsOf, problemsOf, readRecords } from "./read-records.ts";

const folder = new URL("../../../shared/corpus/damaged/", import.meta.url);
const there = existsSync(folder);

if (!there) {
  test("../shared/corpus/damaged is there", ({ skip }) => {
    expect(process.env.PKTWHY_REQUIRE_ALL, "PKTWHY_REQUIRE_ALL=1 demands ../shared/corpus").not.toBe("1");
    skip("../shared/corpus is absent");
  });
}

type Expected = readonly [packets: number, problems: readonly string[], byte?: number];

// Packets, kinds of problems, and the byte that the last one names.
const EXPECTED: Record<string, Expected> = {
  "01": [0, ["empty-file"]],
  "02": [0, ["cut-off"], 0],
  "03": [1, ["cut-off"], 48],
  "04": [2, ["cut-off"], 186],
  "05": [2, ["bad-time", "cut-off"], 57],
  "06": [1, ["bad-time", "impossible-length"], 82],
  "07": [0, ["unsupported-version"], 4],
  "08": [0, ["bad-link-type"], 20],
  "09": [0, ["bad-block-length"], 0],
  "10": [0, ["packet-without-interface"], 28],
  "11": [0, ["bad-block-length"], 32],
  "12": [0, ["bad-block-length"], 32],
  "13": [0, ["cut-off"], 0],
  // tshark rounds the length of the old NTAR writer up and reads one packet; libpcap, like us, refuses.
  "14": [0, ["bad-block-length"], 100],
  "15": [3, ["bad-time"], 120],
  "16": [1, []],
};

describe.runIf(there)("damaged", () => {
  const files = there ? readdirSync(folder) : [];
  test.each(files)("%s", (file) => {
    const bytes = new Uint8Array(readFileSync(new URL(file, folder)));
    const [packets, kinds, byte] = EXPECTED[file.slice(0, 2)] ?? [-1, []];
    const records = readRecords(bytes);
    expect(packetsOf(records).length).toBe(packets);
    const problems = problemsOf(records);
    expect(problems.map((problem) => problem.kind)).toEqual(kinds);
    const last = problems.at(-1);
    if (byte !== undefined) {
      expect(last?.text.en).toContain(`at byte ${byte}`);
      expect(last?.text.zh).toContain(`第 ${byte} 字节`);
    }
    // Nothing whole before it: an error; else what was whole is explained.
    if (last !== undefined) expect(last.severity).toBe(packets === 0 ? "error" : "warning");
    for (const seed of [1, 2, 3]) expect(readRecords(bytes, chunkSizes(seed, 30))).toEqual(records);
    expect(readRecords(bytes, [1])).toEqual(records);
  });

  test("is complete", () => {
    expect(files.map((file) => file.slice(0, 2)).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  test("a bad fraction moves into the seconds", () => {
    const file = files.find((name) => name.startsWith("15")) ?? "";
    const times = packetsOf(readRecords(new Uint8Array(readFileSync(new URL(file, folder))))).map(({ time }) => time);
    // 999999 µs; 1000000 µs; 2147483648 µs beside their seconds.
    expect(times).toEqual([1418145369_999999000n, 1418145371_000000000n, expect.any(BigInt)]);
    expect((times[2] ?? 0n) % 1_000_000_000n).toBe(483_648_000n);
  });
});
