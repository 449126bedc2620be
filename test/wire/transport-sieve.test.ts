// Of each connection what tells how it went passes, once; whatever only carries it on does not.

import { describe, expect, it } from "vitest";
import { emitTcp } from "../../src/wire/tcp.ts";
import { TransportSieve } from "../../src/wire/transport-sieve.ts";
import { emitUdp } from "../../src/wire/udp.ts";
import { pattern } from "./frames.ts";
import { tcp, udp } from "./transport-frames.ts";

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

interface Way {
  readonly from: readonly [address: number, port: number];
  readonly to: readonly [address: number, port: number];
}

const there: Way = { from: [0x0a000001, 40000], to: [0x0a000002, 80] };
const back: Way = { from: there.to, to: there.from };

function packet(way: Way, protocol: 6 | 17, body: Uint8Array, offset = 0): Uint8Array {
  const bytes = new Uint8Array(20 + body.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x45;
  view.setUint16(2, bytes.length);
  view.setUint16(6, offset);
  bytes[9] = protocol;
  view.setUint32(12, way.from[0]);
  view.setUint32(16, way.to[0]);
  bytes.set(body, 20);
  return bytes;
}

interface Segment {
  readonly flags?: number;
  readonly sequence?: number;
  readonly acknowledgement?: number;
  readonly length?: number;
  readonly window?: number;
}

function segment(way: Way, { flags = ACK, sequence = 0, acknowledgement = 0, length = 0, window = 500 }: Segment) {
  const ports = { sourcePort: way.from[1], destinationPort: way.to[1] };
  const fields = tcp({ ...ports, flags, sequence, acknowledgement, window, options: null });
  return packet(way, 6, emitTcp(fields, pattern(length)));
}

function datagram(way: Way, length = 4): Uint8Array {
  return packet(way, 17, emitUdp(udp({ sourcePort: way.from[1], destinationPort: way.to[1] }), pattern(length)));
}

const wants = (sieve: TransportSieve, bytes: Uint8Array): boolean => sieve.wants(bytes, 0, bytes.length);

/** A sieve that has seen a handshake and the first data each way. */
function connected(): TransportSieve {
  const sieve = new TransportSieve();
  const begun = [
    segment(there, { flags: SYN, sequence: 99 }),
    segment(back, { flags: SYN | ACK, sequence: 499, acknowledgement: 100 }),
    segment(there, { sequence: 100, acknowledgement: 500 }),
    segment(there, { sequence: 100, acknowledgement: 500, length: 10 }),
    segment(back, { sequence: 500, acknowledgement: 110 }),
    segment(back, { sequence: 500, acknowledgement: 110, length: 20 }),
  ];
  expect(begun.map((bytes) => wants(sieve, bytes))).toEqual([true, true, true, true, true, true]);
  return sieve;
}

describe("the sieve of TCP", () => {
  it("lets the handshake and the first of each direction pass, and nothing that only carries on", () => {
    const sieve = connected();
    const carries = [
      segment(there, { sequence: 110, acknowledgement: 520 }),
      segment(there, { sequence: 110, acknowledgement: 520, length: 10 }),
      segment(back, { sequence: 520, acknowledgement: 120 }),
      segment(back, { sequence: 520, acknowledgement: 120, length: 1000 }),
      segment(there, { sequence: 120, acknowledgement: 1520 }),
    ];
    expect(carries.map((bytes) => wants(sieve, bytes))).toEqual([false, false, false, false, false]);
  });

  it("lets every SYN, reset and end pass", () => {
    const sieve = connected();
    for (const flags of [SYN, SYN, RST, RST | ACK, FIN | ACK, FIN | ACK])
      expect(wants(sieve, segment(there, { flags, sequence: 99 })), `flags ${flags}`).toBe(true);
  });

  it("lets what is sent again pass, and then the acknowledgement that it has arrived, once", () => {
    const sieve = connected();
    expect(wants(sieve, segment(there, { sequence: 110, acknowledgement: 520, length: 10 }))).toBe(false);
    expect(wants(sieve, segment(there, { sequence: 110, acknowledgement: 520, length: 10 }))).toBe(true);
    expect(wants(sieve, segment(back, { sequence: 520, acknowledgement: 119 })), "not all of it").toBe(false);
    expect(wants(sieve, segment(back, { sequence: 520, acknowledgement: 120 }))).toBe(true);
    expect(wants(sieve, segment(back, { sequence: 520, acknowledgement: 120 }))).toBe(false);
  });

  it("lets data sent again pass no more than 15 times a direction", () => {
    const sieve = connected();
    const again = () => wants(sieve, segment(there, { sequence: 100, acknowledgement: 500, length: 10 }));
    expect(Array.from({ length: 20 }, again).filter(Boolean)).toHaveLength(15);
    expect(wants(sieve, segment(back, { sequence: 500, acknowledgement: 100, length: 20 })), "the other way").toBe(
      true,
    );
  });

  it("takes a keep-alive, which repeats one byte, for no repetition", () => {
    const sieve = connected();
    expect(wants(sieve, segment(there, { sequence: 109, acknowledgement: 520, length: 1 }))).toBe(false);
    expect(wants(sieve, segment(there, { sequence: 108, acknowledgement: 520, length: 2 }))).toBe(true);
  });

  it("goes on behind the largest sequence number", () => {
    const wrapped = new TransportSieve();
    for (const [sequence, length] of [
      [0xfffffff0, 8],
      [0xfffffff8, 16],
    ] as const)
      wants(wrapped, segment(there, { sequence, length }));
    expect(wants(wrapped, segment(there, { sequence: 8, length: 8 })), "new").toBe(false);
    expect(wants(wrapped, segment(there, { sequence: 0xfffffff8, length: 16 })), "again").toBe(true);
  });

  it("lets a closed window pass 7 times, and its opening", () => {
    const sieve = connected();
    const closed = () => wants(sieve, segment(back, { sequence: 520, acknowledgement: 110, window: 0 }));
    const open = () => wants(sieve, segment(back, { sequence: 520, acknowledgement: 110, window: 1 }));
    expect([closed(), open(), open()]).toEqual([true, true, false]);
    expect(Array.from({ length: 10 }, closed).filter(Boolean)).toHaveLength(6);
    expect(open()).toBe(true);
    expect(wants(sieve, segment(there, { sequence: 110, acknowledgement: 520, window: 0 })), "the other way").toBe(
      true,
    );
  });

  it("begins anew with a SYN under the same ports", () => {
    const sieve = connected();
    wants(sieve, segment(there, { flags: SYN, sequence: 5000 }));
    expect(wants(sieve, segment(there, { sequence: 5001, length: 10 })), "first data").toBe(true);
    expect(wants(sieve, segment(there, { sequence: 5011, length: 10 }))).toBe(false);
  });

  it("keeps connections apart by each address and port, and UDP from TCP", () => {
    const sieve = connected();
    const others: Way[] = [
      { ...there, from: [0x0a000003, 40000] },
      { ...there, from: [0x0a000001, 40001] },
      { ...there, to: [0x0a000003, 80] },
      { ...there, to: [0x0a000002, 81] },
    ];
    for (const way of others) expect(wants(sieve, segment(way, { sequence: 110, length: 10 }))).toBe(true);
    expect(wants(sieve, datagram(there))).toBe(true);
    expect(wants(sieve, segment(there, { sequence: 110, length: 10 }))).toBe(false);
  });
});

describe("the sieve of UDP", () => {
  it("lets 6 datagrams of each direction pass", () => {
    const sieve = new TransportSieve();
    const passed = (way: Way) => Array.from({ length: 9 }, () => wants(sieve, datagram(way))).filter(Boolean).length;
    expect([passed(there), passed(back), passed(there)]).toEqual([6, 6, 0]);
  });

  it("lets all of DNS and DHCP pass: every question has a number of its own", () => {
    const sieve = new TransportSieve();
    for (const port of [53, 67, 68])
      for (let n = 0; n < 9; n++) {
        expect(wants(sieve, datagram({ ...there, to: [0x0a000002, port] })), `to ${port}`).toBe(true);
        // A server's answers go to port 68 of a client.
        if (port === 53) expect(wants(sieve, datagram({ ...there, from: [0x0a000002, port] }))).toBe(true);
      }
  });

  it("leaves out tunnels, groups and broadcasts", () => {
    const sieve = new TransportSieve();
    for (const port of [4789, 8472, 6081])
      expect(wants(sieve, datagram({ ...there, to: [0x0a000002, port] }))).toBe(false);
    for (const address of [0xe0000001, 0xffffffff, 0x0a0000ff])
      expect(wants(sieve, datagram({ ...there, to: [address, 7] }))).toBe(false);
    expect(wants(sieve, datagram({ ...there, to: [0xdf000001, 7] }))).toBe(true);
  });
});

describe("what is no whole header", () => {
  it("is left out: later fragments, other protocols, cut packets, other versions", () => {
    const sieve = new TransportSieve();
    const syn = segment(there, { flags: SYN });
    const later = packet(there, 6, emitTcp(tcp(), pattern(0)), 1);
    const large = packet(there, 6, emitTcp(tcp(), pattern(0)), 0x1000);
    const first = packet(there, 6, emitTcp(tcp(), pattern(0)), 0x2000);
    const other = syn.slice();
    other[9] = 132;
    const six = syn.slice();
    six[0] = 0x65;
    const long = syn.slice();
    long[0] = 0x4f;
    expect([later, large, other, six, long].map((bytes) => wants(sieve, bytes))).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(sieve.wants(syn, 0, 35)).toBe(false);
    expect(sieve.wants(syn, 0, 36)).toBe(true);
    expect(sieve.wants(datagram(there), 0, 27)).toBe(false);
    expect(sieve.wants(datagram(there), 0, 28)).toBe(true);
    expect(wants(sieve, first), "the first fragment has the ports").toBe(true);
  });

  it("finds the header behind IPv4 options, wherever the packet lies", () => {
    const syn = segment(there, { flags: SYN, sequence: 99 });
    const shifted = new Uint8Array(14 + syn.length + 4);
    shifted.set(syn.subarray(0, 20), 14);
    shifted[14] = 0x46;
    shifted.set(syn.subarray(20), 14 + 24);
    new DataView(shifted.buffer).setUint16(16, syn.length + 4);
    const sieve = new TransportSieve();
    expect(sieve.wants(shifted, 14, shifted.length)).toBe(true);
    // It was the same connection: its first segment is still to come, its SYN is not taken for data.
    expect(wants(sieve, segment(there, { sequence: 100 }))).toBe(true);
    expect(wants(sieve, segment(there, { sequence: 100 }))).toBe(false);
  });
});

describe("the sieve's memory", () => {
  const MANY = 700_000;
  const nth = (n: number): Way => ({ from: [0x0a000000 + (n >>> 8), 1024 + (n & 0xff)], to: [0x0b000001, 443] });

  // One packet for all: building a million takes longer than looking at them.
  function pass(sieve: TransportSieve, numbers: Iterable<number>, fields: Segment): number {
    const bytes = segment(there, fields);
    const view = new DataView(bytes.buffer);
    let wanted = 0;
    for (const n of numbers) {
      const { from, to } = nth(n);
      view.setUint32(12, from[0]);
      view.setUint32(16, to[0]);
      view.setUint16(20, from[1]);
      view.setUint16(22, to[1]);
      if (sieve.wants(bytes, 0, bytes.length)) wanted++;
    }
    return wanted;
  }

  function* count(from: number, to: number): Generator<number> {
    for (let n = from; n < to; n++) yield n;
  }

  it("tells connections apart while it grows, and forgets none of a hundred thousand", () => {
    const sieve = new TransportSieve();
    expect(pass(sieve, count(0, 100_000), { sequence: 100, length: 10 })).toBe(100_000);
    expect(pass(sieve, count(0, 100_000), { sequence: 110, length: 10 })).toBe(0);
    expect(sieve.forgotten).toBe(0);
  });

  it("keeps what is active, and counts what it forgets", () => {
    const sieve = new TransportSieve();
    pass(sieve, [1, 2, 3], { sequence: 100, length: 10 });
    for (let at = 4; at < MANY; at += 50_000) {
      pass(sieve, count(at, Math.min(MANY, at + 50_000)), { sequence: 100, length: 10 });
      // Heard of now and then.
      expect(pass(sieve, [1, 2, 3], { sequence: 110 + at, length: 1 })).toBe(0);
    }
    expect(sieve.forgotten).toBeGreaterThan(100_000);
    expect(sieve.forgotten).toBeLessThan(MANY - 3);
    expect(pass(sieve, [5], { sequence: 110, length: 10 }), "forgotten").toBe(1);
  });
});
