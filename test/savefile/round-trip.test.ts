// What the writers write, the reader reads back: times to the nanosecond, directions, names, drop counts, comments.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { netnsOf } from "../../src/savefile/netns-name.ts";
import { pcapHeader, pcapPacket } from "../../src/savefile/write-pcap.ts";
import {
  customBlock,
  interfaceBlock,
  packetBlock,
  sectionBlock,
  statisticsBlock,
} from "../../src/savefile/write-pcapng.ts";
import { concat, interfacesOf, packetsOf, problemsOf, readRecords } from "./read-records.ts";

const captured = fc.uint8Array({ maxLength: 300 });
const chunks = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 });
const linkType = fc.constantFrom("EN10MB" as const, "LINUX_SLL2" as const, "RAW" as const, { unknown: 147 });
const words = fc.string({ maxLength: 40, unit: "grapheme" }).filter((text) => !text.includes("\0"));

describe("pcap", () => {
  const packet = fc.record({
    time: fc.bigInt({ min: 0n, max: 0xffffffff_000000000n }).map((time) => (time > 4294967295_999999999n ? 0n : time)),
    captured,
    more: fc.nat(2000),
  });
  test("round trip in any chunks", () => {
    fc.assert(
      fc.property(linkType, fc.array(packet, { maxLength: 30 }), chunks, (link, packets, sizes) => {
        const file = concat(
          pcapHeader(link, 300),
          ...packets.map((p) => pcapPacket(p.time, p.captured, p.captured.length + p.more)),
        );
        const records = readRecords(file, sizes);
        expect(interfacesOf(records)).toMatchObject([{ linkType: link, snapLength: 300 }]);
        expect(problemsOf(records)).toEqual([]);
        expect(packetsOf(records).map(({ time, length, bytes }) => ({ time, length, bytes }))).toEqual(
          packets.map((p) => ({ time: p.time, length: p.captured.length + p.more, bytes: p.captured })),
        );
      }),
    );
  });
});

describe("pcapng", () => {
  const packet = fc.record({
    interfaceId: fc.nat(2),
    time: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    captured,
    direction: fc.constantFrom("in" as const, "out" as const, null),
    dropped: fc.constantFrom(0, 1, 2 ** 40),
    comments: fc.array(words, { maxLength: 2 }),
  });
  test("round trip in any chunks", () => {
    fc.assert(
      fc.property(
        fc.array(linkType, { minLength: 3, maxLength: 3 }),
        fc.array(packet, { maxLength: 20 }),
        chunks,
        (links, packets, sizes) => {
          const file = concat(
            sectionBlock({ application: "pktwhy", comments: ["a", "b"] }),
            ...links.map((link, i) =>
              interfaceBlock({
                linkType: link,
                name: `veth${i}`,
                netns: ["net0", "", null][i] ?? null,
                snapLength: 300,
                filter: "arp or icmp",
              }),
            ),
            ...packets.map(packetBlock),
            statisticsBlock({ interfaceId: 1, time: 5n, received: 9, dropped: 3 }),
            customBlock(Uint8Array.of(1, 2, 3)),
          );
          const records = readRecords(file, sizes);
          expect(problemsOf(records)).toEqual([]);
          expect(records[0]).toMatchObject({ type: "section", application: "pktwhy", comments: ["a", "b"] });
          const interfaces = interfacesOf(records);
          expect(interfaces.map((one) => one.name)).toEqual(["veth0", "veth1", "veth2"]);
          expect(interfaces.map((one) => netnsOf(one.description))).toEqual(["net0", "", null]);
          expect(interfaces.map((one) => one.linkType)).toEqual(links);
          expect(interfaces.every((one) => one.filter === "arp or icmp" && one.snapLength === 300)).toBe(true);
          expect(
            packetsOf(records).map(({ interfaceId, time, bytes, direction, dropped, comments }) => ({
              interfaceId,
              time,
              captured: bytes,
              direction,
              dropped,
              comments,
            })),
          ).toEqual(packets);
          expect(records.slice(-2)).toMatchObject([
            { type: "statistics", interfaceId: 1, received: 9, droppedByInterface: 3, droppedByOs: null },
            { type: "custom", data: Uint8Array.of(1, 2, 3) },
          ]);
        },
      ),
    );
  });
});
