// pcapng written byte by byte: both byte orders, units and offsets of time, old and foreign blocks, options out of bounds.

import { describe, expect, test } from "vitest";
import { concat, interfacesOf, packetsOf, problemsOf, readRecords } from "./read-records.ts";

type Part = number | readonly [number, 16] | bigint | Uint8Array;

/** Builds blocks in one byte order. */
class Blocks {
  readonly #little: boolean;

  constructor(little: boolean) {
    this.#little = little;
  }

  /** Numbers as 32 bits, `[value, 16]` as 16, byte arrays as they are. */
  pack(...parts: readonly Part[]): Uint8Array {
    return concat(
      ...parts.map((part) => {
        if (part instanceof Uint8Array) return part;
        const bytes = new Uint8Array(typeof part === "number" ? 4 : typeof part === "bigint" ? 8 : 2);
        const view = new DataView(bytes.buffer);
        if (typeof part === "number") view.setUint32(0, part, this.#little);
        else if (typeof part === "bigint") view.setBigUint64(0, BigInt.asUintN(64, part), this.#little);
        else view.setUint16(0, part[0], this.#little);
        return bytes;
      }),
    );
  }

  block(type: number, ...parts: readonly Part[]): Uint8Array {
    const body = this.pack(...parts);
    const padded = concat(body, new Uint8Array(-body.length & 3));
    return this.pack(type, padded.length + 12, padded, padded.length + 12);
  }

  option(code: number, value: Uint8Array | string): Uint8Array {
    const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
    return this.pack([code, 16], [bytes.length, 16], bytes, new Uint8Array(-bytes.length & 3));
  }

  section(): Uint8Array {
    return this.block(0x0a0d0d0a, 0x1a2b3c4d, [1, 16], [0, 16], -1n);
  }

  /** Ethernet with no snap length unless told. */
  interface(options: readonly Uint8Array[] = [], snap = 0): Uint8Array {
    return this.block(1, [1, 16], [0, 16], snap, ...options);
  }

  packet(ticks: bigint, options: readonly Uint8Array[] = [], index = 0): Uint8Array {
    const high = Number(ticks >> 32n);
    const low = Number(ticks & 0xffffffffn);
    return this.block(6, index, high, low, 3, 60, Uint8Array.of(1, 2, 3, 0), ...options);
  }
}

describe.each([
  ["little-endian", new Blocks(true)],
  ["big-endian", new Blocks(false)],
])("%s", (_name, b) => {
  const time = 1_700_000_000_123_456_789n;

  test.each([
    ["microseconds where nothing is told", [], 1_700_000_000_123_456n, 1_700_000_000_123_456_000n],
    ["nanoseconds", [b.option(9, Uint8Array.of(9))], time, time],
    ["seconds", [b.option(9, Uint8Array.of(0))], 1_700_000_000n, 1_700_000_000_000_000_000n],
    ["picoseconds, cut to nanoseconds", [b.option(9, Uint8Array.of(12))], 1_700_000_123_456_789n, 1_700_000_123_456n],
    ["2^-10 s", [b.option(9, Uint8Array.of(0x8a))], (1_700_000_000n << 10n) + 512n, 1_700_000_000_500_000_000n],
    ["2^-32 s", [b.option(9, Uint8Array.of(0xa0))], (1_700_000_000n << 32n) + 0x40000000n, 1_700_000_000_250_000_000n],
    ["an offset", [b.option(14, b.pack(1_700_000_000n))], 5n, 1_700_000_000_000_005_000n],
    ["a negative offset", [b.option(14, b.pack(-3_600n))], 3_600_000_001n, 1_000n],
    ["a unit of the wrong length, ignored", [b.option(9, Uint8Array.of(9, 9))], 1n, 1000n],
    ["the largest count", [b.option(9, Uint8Array.of(9))], 2n ** 64n - 1n, 2n ** 64n - 1n],
  ] as const)("time in %s", (_unit, options, ticks, expected) => {
    const records = readRecords(concat(b.section(), b.interface(options), b.packet(ticks)));
    expect(packetsOf(records).map((packet) => packet.time)).toEqual([expected]);
    expect(problemsOf(records)).toEqual([]);
  });

  test("names, addresses, filter and FCS length", () => {
    const options = [
      b.option(1, "first"),
      b.option(1, "second"),
      b.option(2, "veth0\0"),
      b.option(3, "netns net0"),
      b.option(4, Uint8Array.of(192, 168, 2, 11, 255, 255, 255, 0)),
      b.option(6, Uint8Array.of(2, 0, 0, 0, 0, 0xab)),
      b.option(11, "\0arp or icmp"),
      b.option(12, "Linux 6.18"),
      b.option(13, Uint8Array.of(4)),
      b.option(0, ""),
      b.option(2, "after the end"),
    ];
    expect(interfacesOf(readRecords(concat(b.section(), b.interface(options, 96))))).toEqual([
      {
        type: "interface",
        id: 0,
        format: "pcapng",
        linkType: "EN10MB",
        snapLength: 96,
        name: "veth0",
        description: "netns net0",
        filter: "arp or icmp",
        os: "Linux 6.18",
        addresses: ["192.168.2.11/24"],
        mac: "02:00:00:00:00:ab",
        comments: ["first", "second"],
        fcsLength: 4,
      },
    ]);
  });

  test("direction, drop count and comments of a packet do not stick to the next", () => {
    const options = [b.option(2, b.pack(2)), b.option(4, b.pack(7n)), b.option(1, "why")];
    const packets = packetsOf(readRecords(concat(b.section(), b.interface(), b.packet(1n, options), b.packet(2n))));
    expect(packets).toMatchObject([
      { direction: "out", dropped: 7, comments: ["why"] },
      { direction: null, dropped: 0, comments: [] },
    ]);
  });

  test("simple packets have no time and end at the snap length", () => {
    const simple = b.block(3, 60, Uint8Array.of(9, 8, 7, 6));
    const [packet] = packetsOf(readRecords(concat(b.section(), b.interface([], 4), simple)));
    expect(packet).toMatchObject({ time: null, captured: 4, length: 60, bytes: Uint8Array.of(9, 8, 7, 6) });
  });

  test("obsolete packet blocks count drops in their header", () => {
    const old = (drops: number) => b.block(2, [0, 16], [drops, 16], 0, 5, 2, 60, Uint8Array.of(1, 2, 0, 0));
    const packets = packetsOf(readRecords(concat(b.section(), b.interface(), old(3), old(0xffff))));
    expect(packets).toMatchObject([
      { dropped: 3, time: 5000n, captured: 2, length: 60 },
      { dropped: 0, captured: 2 },
    ]);
  });

  test("interfaces of later sections are numbered on, in either byte order", () => {
    const other = new Blocks(b.section()[8] !== 0x4d);
    const file = concat(
      b.section(),
      b.interface(),
      b.interface(),
      b.packet(1n, [], 1),
      other.section(),
      other.interface(),
      other.packet(2n),
    );
    for (const sizes of [[file.length], [1], [13]]) {
      const records = readRecords(file, sizes);
      expect(packetsOf(records).map((packet) => packet.interfaceId)).toEqual([1, 2]);
      expect(interfacesOf(records).map((one) => one.id)).toEqual([0, 1, 2]);
    }
  });

  test("foreign blocks are passed over in any chunks", () => {
    const foreign = [
      b.block(4, new Uint8Array(40)),
      b.block(0xbad, 1, new Uint8Array(20)),
      b.block(0x80000001),
      b.block(0xbad),
    ];
    const file = concat(b.section(), b.interface(), ...foreign, b.packet(1n), ...foreign, b.packet(2n));
    for (const sizes of [[file.length], [1], [5], [13], [64]]) {
      const records = readRecords(file, sizes);
      expect(problemsOf(records)).toEqual([]);
      expect(packetsOf(records).length).toBe(2);
    }
  });

  test("an option longer than its block is told, and the packet kept", () => {
    const long = b.pack([1, 16], [500, 16], Uint8Array.of(65, 65, 65, 65));
    const records = readRecords(concat(b.section(), b.interface(), b.packet(1n, [long]), b.packet(2n)));
    expect(packetsOf(records).length).toBe(2);
    expect(problemsOf(records)).toMatchObject([{ kind: "bad-option", severity: "warning" }]);
  });

  test("lengths that differ at both ends of a block, also of one passed over", () => {
    for (const damagedBlock of [b.packet(2n), b.block(4, new Uint8Array(40))]) {
      damagedBlock[damagedBlock.length - 1] = 1;
      damagedBlock[damagedBlock.length - 4] = 1;
      const file = concat(b.section(), b.interface(), b.packet(1n), damagedBlock, b.packet(3n));
      for (const sizes of [[file.length], [3]]) {
        const records = readRecords(file, sizes);
        expect(packetsOf(records).length).toBe(1);
        expect(problemsOf(records)).toMatchObject([{ kind: "bad-block-length", severity: "warning" }]);
      }
    }
  });

  test("a packet longer than its block", () => {
    const wrong = b.block(6, 0, 0, 1, 400, 400, new Uint8Array(8));
    const records = readRecords(concat(b.section(), b.interface(), b.packet(1n), wrong));
    expect(problemsOf(records)).toMatchObject([{ kind: "impossible-length", severity: "warning" }]);
  });

  test("a version that nobody writes", () => {
    const section = b.block(0x0a0d0d0a, 0x1a2b3c4d, [2, 16], [0, 16], -1n);
    expect(problemsOf(readRecords(section))).toMatchObject([{ kind: "unsupported-version", severity: "error" }]);
  });
});

describe("not a capture", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  test.each([
    ["JSON", bytes('{ "pktwhy": "state/1" }'), "looks like JSON"],
    ["text", bytes("PING 192.168.2.1 (192.168.2.1) 56(84) bytes of data.\n"), 'looks like text ("PING 192.168.2.1'],
    ["gzip in gzip", Uint8Array.of(0x1f, 0x8b, 8, 0), "looks like gzip data"],
    ["zstd", Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0), "looks like zstd data"],
    ["one byte", Uint8Array.of(0), "no known capture format"],
    ["control characters", bytes("\u001b[31mred\u001b[0m"), "\\x1b[31mred"],
  ])("%s", (_name, head, words) => {
    for (const sizes of [[head.length], [1]]) {
      const problems = problemsOf(readRecords(head, sizes));
      expect(problems).toMatchObject([{ kind: "not-a-capture", severity: "error" }]);
      expect(problems[0]?.text.en).toContain(words);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
      expect(problems[0]?.text.zh).not.toMatch(/[\u0000-\u001f]/);
    }
  });
});
