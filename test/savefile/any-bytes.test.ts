// Hostile input: any bytes in any chunks give records and problems, always the same ones, never an exception.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SavefileReader } from "../../src/savefile/reader.ts";
import { pcapHeader, pcapPacket } from "../../src/savefile/write-pcap.ts";
import { interfaceBlock, packetBlock, sectionBlock, statisticsBlock } from "../../src/savefile/write-pcapng.ts";
import { concat, problemsOf, readRecords } from "./read-records.ts";

const chunks = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 10 });
const magics = [
  [],
  [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0],
  [0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4],
  [0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0],
  [0x34, 0xcd, 0xb2, 0xa1, 2, 0, 2, 0],
  [...sectionBlock()],
  [...sectionBlock(), ...interfaceBlock({ linkType: "EN10MB" })],
];
const seeds = [
  concat(pcapHeader("EN10MB"), ...Array.from({ length: 6 }, (_, i) => pcapPacket(BigInt(i), new Uint8Array(7 * i)))),
  concat(
    sectionBlock({ comments: ["one"] }),
    interfaceBlock({ linkType: "LINUX_SLL2", name: "any", netns: "net0", filter: "icmp" }),
    ...[1, 2, 3].map((i) =>
      packetBlock({
        interfaceId: 0,
        time: BigInt(i),
        captured: new Uint8Array(i * 5),
        direction: "in",
        comments: ["x"],
      }),
    ),
    statisticsBlock({ interfaceId: 0, time: 9n, dropped: 1 }),
    sectionBlock(),
  ),
];

/** The same result whole and in chunks, and at most one fault that ends the file, told last. */
function holds(bytes: Uint8Array, sizes: readonly number[]): void {
  const whole = readRecords(bytes);
  expect(readRecords(bytes, sizes)).toEqual(whole);
  const kinds = problemsOf(whole).map((problem) => problem.kind);
  const fatal = kinds.filter((kind) => kind !== "bad-time" && kind !== "bad-option");
  expect(fatal.length).toBeLessThanOrEqual(1);
}

describe("any bytes", () => {
  test("after any magic", () => {
    const file = fc
      .tuple(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 600 }))
      .map(([head, rest]) => concat(Uint8Array.from(head), rest));
    fc.assert(fc.property(file, chunks, holds), { numRuns: 500 });
  });

  test("captures with some bytes changed and cut anywhere", () => {
    const change = fc.tuple(fc.nat(1000), fc.constantFrom(0, 1, 4, 127, 128, 255));
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(change, { maxLength: 6 }),
        fc.nat(1000),
        chunks,
        (seed, changes, cut, sizes) => {
          const bytes = seed.slice(0, cut);
          for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
          holds(bytes, sizes);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("a cut at every byte keeps every whole packet", () => {
    for (const seed of seeds) {
      for (let cut = 0; cut <= seed.length; cut++) {
        holds(seed.slice(0, cut), [7]);
        const kinds = problemsOf(readRecords(seed.slice(0, cut))).map((problem) => problem.kind);
        expect(["", "cut-off", "empty-file", "not-a-capture"]).toContain(kinds.join());
      }
    }
  });

  test("a caller that does not drain loses nothing", () => {
    for (const seed of seeds) {
      const reader = new SavefileReader("x");
      for (let at = 0; at < seed.length; at += 11) reader.append(seed.slice(at, at + 11));
      reader.finish();
      const types: string[] = [];
      for (let record = reader.next(); record !== null; record = reader.next()) types.push(record.type);
      expect(types).toEqual(readRecords(seed).map((record) => record.type));
    }
  });
});

describe("length fields", () => {
  test.each([0x7fffffff, 0xffffffff, 262_145])(
    "a pcap record of %i bytes is refused before it is waited for",
    (length) => {
      const header = pcapPacket(1n, new Uint8Array(0));
      new DataView(header.buffer).setUint32(8, length, true);
      const records = readRecords(concat(pcapHeader("EN10MB"), pcapPacket(1n, new Uint8Array(60)), header));
      expect(records.map((record) => record.type)).toEqual(["interface", "packet", "problem"]);
      expect(problemsOf(records)[0]).toMatchObject({ kind: "impossible-length", severity: "warning" });
      expect(problemsOf(records)[0]?.text.en).toContain(
        `at byte ${24 + 76 + 8}: incl_len (packet 2) says ${length} bytes`,
      );
    },
  );

  test("a pcapng block of 4 GB is refused", () => {
    const block = packetBlock({ interfaceId: 0, time: 1n, captured: new Uint8Array(4) });
    new DataView(block.buffer).setUint32(4, 0xfffffffc, true);
    const records = readRecords(concat(sectionBlock(), interfaceBlock({ linkType: "EN10MB" }), block));
    expect(problemsOf(records)).toMatchObject([{ kind: "impossible-length", severity: "error" }]);
  });

  test("a long block that nobody needs is passed over without being kept", () => {
    const length = 16 * 1024 * 1024;
    const unknown = new Uint8Array(12);
    const view = new DataView(unknown.buffer);
    view.setUint32(0, 0x0000000b, true);
    view.setUint32(4, length, true);
    const reader = new SavefileReader("x");
    const buffer = new Uint8Array(1 << 16);
    let problems = 0;
    const feed = (chunk: Uint8Array) => {
      reader.append(chunk);
      for (let record = reader.next(); record !== null; record = reader.next())
        if (record.type === "problem") problems++;
    };
    feed(concat(sectionBlock(), interfaceBlock({ linkType: "EN10MB" }), unknown.subarray(0, 8)));
    const before = process.memoryUsage().arrayBuffers;
    for (let left = length - 12; left > 0; left -= buffer.length)
      feed(buffer.subarray(0, Math.min(left, buffer.length)));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
    feed(unknown.slice(4, 8));
    feed(packetBlock({ interfaceId: 0, time: 1n, captured: new Uint8Array(4) }));
    reader.finish();
    expect(reader.next()).toBeNull();
    expect([reader.packets, problems]).toEqual([1, 0]);
  });
});
