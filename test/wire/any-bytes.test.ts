// Properties over arbitrary and mutated bytes: decoding never throws, never makes anything up, and agrees with classify().

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CapturedFrame } from "../../src/model/frame.ts";
import type { Packet } from "../../src/model/packet.ts";
import type { LinkType } from "../../src/model/vantage.ts";
import { classify } from "../../src/wire/classify.ts";
import { decode } from "../../src/wire/decode.ts";
import { emitIcmp } from "../../src/wire/icmp.ts";
import { emitQuoted } from "../../src/wire/quoted.ts";
import { emitVlans } from "../../src/wire/vlan.ts";
import { expectedTraffic } from "./expected-traffic.ts";
import { ethernet, ethernetIpv4, frameOf, ipv4, ping, unreachable } from "./frames.ts";
import { RARE_LINK_TYPES } from "./rare-link-types.ts";
import { transportFrames } from "./transport-frames.ts";

const linkTypes: readonly LinkType[] = [
  "EN10MB",
  "LINUX_SLL",
  "LINUX_SLL2",
  "NULL",
  "LOOP",
  "RAW",
  ...RARE_LINK_TYPES,
  "TEXT",
  { unknown: 9 },
];
const linkType = fc.constantFrom(...linkTypes);

const quote = emitQuoted({ ip: ipv4({ totalLength: 84 }), icmp: { type: 8, code: 0, id: 7, sequence: 3 } });
const seeds = [
  ...transportFrames(),
  ping(),
  ping({ options: new Uint8Array(40) }),
  ping({ moreFragments: true }),
  ethernetIpv4(ipv4(), emitIcmp(unreachable(4, 1400), quote)),
  ethernet(0x88a8, emitVlans([{ tpid: 0x88a8, id: 1, priority: 0, dei: false }], 0x0800, ping().slice(14))),
];

/** A good frame with a few bytes changed, cut anywhere. */
const mutated = fc
  .record({
    seed: fc.constantFrom(...seeds),
    changes: fc.array(fc.tuple(fc.nat(120), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
    kept: fc.nat(120),
  })
  .map(({ seed, changes, kept }) => {
    const bytes = seed.slice();
    for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
    return bytes.slice(0, kept);
  });

function check(frame: CapturedFrame): Packet {
  const packet = decode(frame);
  for (const fault of packet.faults) {
    expect(fault.had).toBeGreaterThanOrEqual(0);
    if (fault.what === "truncated") expect(fault.needed).toBeGreaterThan(fault.had);
  }
  const traffic = classify(frame.linkType, frame.bytes, frame.start, frame.end, frame.length);
  expect(expectedTraffic(packet, traffic)).toContain(traffic);
  return packet;
}

describe("any bytes", () => {
  test("never throw, whatever the link type and the length on the wire", () => {
    fc.assert(
      fc.property(linkType, fc.uint8Array({ maxLength: 200 }), fc.nat(300), (type, bytes, length) => {
        check(frameOf(bytes, type, length));
      }),
      { numRuns: 2000 },
    );
  });

  test("nor do good frames with changed bytes, cut anywhere", () => {
    fc.assert(
      fc.property(mutated, fc.nat(300), (bytes, length) => {
        check(frameOf(bytes, "EN10MB", length));
      }),
      { numRuns: 5000 },
    );
  });

  test("bytes outside of the frame are not read, and none inside is kept", () => {
    fc.assert(
      fc.property(mutated, fc.nat(40), fc.integer({ min: 0, max: 255 }), (bytes, before, filler) => {
        const chunk = new Uint8Array(before + bytes.length + 40).fill(filler);
        chunk.set(bytes, before);
        const alone = decode(frameOf(bytes));
        const within = decode({ ...frameOf(chunk, "EN10MB", bytes.length), start: before, end: before + bytes.length });
        chunk.fill(0xaa);
        expect(within).toEqual(alone);
      }),
      { numRuns: 2000 },
    );
  });

  test("a frame cut by the snap length never contradicts the whole one", () => {
    for (const seed of seeds) {
      const whole = decode(frameOf(seed));
      for (let kept = 0; kept < seed.length; kept++) {
        const cut = check(frameOf(seed.slice(0, kept), "EN10MB", seed.length));
        expect(cut.faults.every((fault) => fault.limitedBy === "snap length")).toBe(true);
        if (cut.network.kind === "tcp" || cut.network.kind === "udp") {
          const header = cut.network.kind === "tcp" ? cut.network.tcp : cut.network.udp;
          expect(header?.checksumOk ?? null).toBeNull();
        }
        if (cut.network.kind !== "icmp" || whole.network.kind !== "icmp") continue;
        expect(cut.network.ip.destination).toBe(whole.network.ip.destination);
        expect(cut.network.icmp?.checksumOk ?? null).toBeNull();
        if (cut.network.icmp?.body.kind === "echo") {
          expect(cut.network.icmp.body).toMatchObject({ id: 7, sequence: 1 });
        }
      }
    }
  });
});
