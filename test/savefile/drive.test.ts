// Several inputs become one stream of ARP and ICMP packets in order of time; everything else is counted.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Packet } from "../../src/model/packet.ts";
import { type DriveOptions, drive } from "../../src/savefile/inputs/drive.ts";
import { InputMerger } from "../../src/savefile/inputs/merge.ts";
import type { CaptureInput } from "../../src/savefile/open.ts";
import { openPipe } from "../../src/savefile/open-bytes.ts";
import { pcapHeader, pcapPacket } from "../../src/savefile/write-pcap.ts";
import { interfaceBlock, packetBlock, sectionBlock, statisticsBlock } from "../../src/savefile/write-pcapng.ts";
import { simpleBlock } from "../fuzz/mutate-frames.ts";
import { concat } from "./read-records.ts";

const ETHERNET = 14;
const arp = (() => {
  const frame = new Uint8Array(42);
  frame.fill(0xff, 0, 6);
  // EtherType 0x0806, Ethernet, IPv4, lengths 6 and 4, request.
  frame.set([0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1], 12);
  return frame;
})();
const ospf = (() => {
  const frame = new Uint8Array(60);
  frame.set([0x08, 0x00, 0x45, 0, 0, 46], 12);
  frame[ETHERNET + 9] = 89;
  return frame;
})();
/** ARP in LINUX_SLL2, seen at an interface index. */
const cooked = (index: number) =>
  concat(Uint8Array.of(0x08, 0x06, 0, 0, 0, 0, 0, index, 0, 1, 1, 6, 2, 0, 0, 0, 0, 1, 0, 0), arp.subarray(ETHERNET));

interface File {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly given?: { readonly interface: string; readonly netns: string | null };
}

async function run(files: readonly File[], options: Omit<DriveOptions, "bytes"> = {}, piece = 100) {
  const packets: Packet[] = [];
  const watermarks: bigint[] = [];
  // Packets older than what a watermark promised.
  let late = 0;
  const inputs: CaptureInput[] = files.map((file) => ({
    source: file.name,
    path: file.name,
    content: "pcap",
    interface: file.given?.interface ?? null,
    netns: file.given?.netns ?? null,
    stem: file.name.replace(/\.\w+$/, ""),
  }));
  const bytesOf = (name: string) => files.find((file) => file.name === name)?.bytes ?? new Uint8Array(0);
  const sink = {
    push: (packet: Packet) => {
      if ((packet.frame.time ?? 0n) < (watermarks.at(-1) ?? 0n)) late++;
      packets.push(packet);
    },
    advance: (watermark: bigint) => watermarks.push(watermark),
  };
  const bytes = (input: CaptureInput) => openPipe(pieces(bytesOf(input.source), piece), input.source);
  const result = await drive(inputs, sink, { ...options, bytes });
  return { ...result, received: packets, watermarks, late };
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.slice(i, i + size);
}

const names = (packets: readonly Packet[]) => packets.map(({ frame }) => `${frame.vantage.interface}#${frame.number}`);
const ms = (n: number) => BigInt(n) * 1_000_000n;
const pcap = (...packets: readonly (readonly [number, Uint8Array])[]) =>
  concat(pcapHeader("EN10MB"), ...packets.map(([time, frame]) => pcapPacket(ms(time), frame)));

const anonymous = (...blocks: readonly Uint8Array[]) =>
  concat(sectionBlock({}), interfaceBlock({ linkType: "EN10MB", name: "veth0" }), ...blocks);
const at = (n: number) =>
  packetBlock({ interfaceId: 0, time: ms(n), captured: arp, length: arp.length, direction: null });

describe("packets without a time", () => {
  const timeless = simpleBlock(arp);

  test("come at their place in the file, before, between and behind others", async () => {
    const { received } = await run([
      { name: "a.pcapng", bytes: anonymous(timeless, at(1), timeless, at(900), timeless) },
    ]);
    expect(names(received)).toEqual([1, 2, 3, 4, 5].map((n) => `veth0#${n}`));
    expect(received.map(({ frame }) => frame.time === null)).toEqual([true, false, true, false, true]);
  });

  test("go with what stands before them where several files are merged", async () => {
    const files = [
      { name: "a.pcapng", bytes: anonymous(at(10), timeless, at(500)) },
      { name: "veth1.pcap", bytes: pcap([5, arp], [300, arp], [700, arp]) },
      {
        name: "b.pcapng",
        bytes: concat(sectionBlock({}), interfaceBlock({ linkType: "EN10MB", name: "veth2" }), timeless),
      },
    ];
    const { received, watermarks } = await run(files);
    expect(names(received)).toEqual(["veth2#1", "veth1#1", "veth0#1", "veth0#2", "veth1#2", "veth0#3", "veth1#3"]);
    expect(watermarks.every((one, i) => i === 0 || one >= (watermarks[i - 1] ?? 0n))).toBe(true);
  });

  test("are all that a file need hold", async () => {
    const { received, summaries } = await run([{ name: "a.pcapng", bytes: anonymous(timeless, timeless) }]);
    expect(received).toHaveLength(2);
    expect(summaries[0]).toMatchObject({ from: null, to: null, explained: 2 });
  });
});

describe("drive", () => {
  test("merges by time, counts the rest, and keeps each vantage's numbers", async () => {
    const files = [
      { name: "veth0.pcap", bytes: pcap([10, arp], [20, ospf], [300, arp]) },
      { name: "veth1.pcap", bytes: pcap([11, arp], [15, arp], [400, ospf]) },
    ];
    const { received, summaries, packets, pushed, watermarks } = await run(files);
    expect(names(received)).toEqual(["veth0#1", "veth1#1", "veth1#2", "veth0#3"]);
    expect([packets, pushed]).toEqual([6, 4]);
    expect(
      summaries.map((one) => [one.vantage.interface, one.packets, one.explained, [...one.otherProtocols]]),
    ).toEqual([
      ["veth0", 3, 2, [["ipv4-other", 1]]],
      ["veth1", 3, 2, [["ipv4-other", 1]]],
    ]);
    expect(summaries[0]).toMatchObject({ from: ms(10), to: ms(300), format: "pcap", droppedByKernel: null });
    expect(watermarks.length).toBe(2);
    expect((await run(files, { count: 2 })).received.length).toBe(2);
  });

  test("gives the same packets for any pieces", async () => {
    const times = fc.array(fc.nat(3000), { maxLength: 40 });
    const file = times.map((all) =>
      pcap(...[...all].sort((a, b) => a - b).map((time) => [time, time % 3 ? arp : ospf] as const)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 4 }), fc.integer({ min: 1, max: 300 }), async (all, piece) => {
        const files = all.map((bytes, i) => ({ name: `veth${i}.pcap`, bytes }));
        const whole = await run(files, {}, 1 << 20);
        const inPieces = await run(files, {}, piece);
        expect(names(inPieces.received)).toEqual(names(whole.received));
        const order = whole.received.map(({ frame }) => frame.time ?? 0n);
        expect(order).toEqual([...order].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
        expect(inPieces.summaries).toEqual(whole.summaries);
        expect(whole.late + inPieces.late).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test("packets of one moment stand in the order of their inputs, read in pieces too", async () => {
    const files = [
      { name: "veth0.pcap", bytes: pcap([10, arp], [10, arp]) },
      { name: "veth1.pcap", bytes: pcap([10, arp]) },
    ];
    for (const piece of [1, 40, 80, 1 << 20])
      expect(names((await run(files, {}, piece)).received)).toEqual(["veth0#1", "veth0#2", "veth1#1"]);
  });

  test("a clock that steps back keeps its vantage's order", async () => {
    const { received, late } = await run([
      { name: "a.pcap", bytes: pcap([10, arp], [8, arp], [30, arp]) },
      { name: "b.pcap", bytes: pcap([9, arp], [20, arp]) },
    ]);
    expect(late).toBe(1);
    expect(names(received)).toEqual(["b#1", "a#1", "a#2", "b#2", "a#3"]);
  });

  test("batches of several interfaces in one pcapng are put in order", async () => {
    const packet = (interfaceId: number, time: number) => packetBlock({ interfaceId, time: ms(time), captured: arp });
    const bytes = concat(
      sectionBlock(),
      interfaceBlock({ linkType: "EN10MB", name: "veth0", netns: "net0" }),
      interfaceBlock({ linkType: "EN10MB", name: "lo", netns: "" }),
      ...[packet(0, 10), packet(0, 30), packet(0, 50), packet(1, 20), packet(1, 40), packet(0, 5000), packet(1, 4990)],
      statisticsBlock({ interfaceId: 0, time: 0n, received: 9, dropped: 2 }),
    );
    const { received, summaries } = await run([{ name: "case.pcapng", bytes }]);
    expect(names(received)).toEqual(["veth0#1", "lo#1", "veth0#2", "lo#2", "veth0#3", "lo#3", "veth0#4"]);
    expect(summaries.map((one) => [one.vantage.netns, one.vantage.interface, one.droppedByKernel])).toEqual([
      ["net0", "veth0", 2],
      ["", "lo", null],
    ]);
  });

  test("packets that are only counted count as they do one by one, whatever their clocks and interfaces", async () => {
    const interfaces = ["veth0", "veth1", "veth0"].map((name) => interfaceBlock({ linkType: "EN10MB", name }));
    const packet = fc.record({ interfaceId: fc.nat(2), time: fc.nat(12), counted: fc.nat(4).map((n) => n > 0) });
    // No packet is whole in pieces of 40 bytes, so that none is passed over there.
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { maxLength: 60 }), async (packets) => {
        const blocks = packets.map(({ interfaceId, time, counted }) =>
          packetBlock({ interfaceId, time: ms(time), captured: counted ? ospf : arp }),
        );
        const pcapng = { name: "a.pcapng", bytes: concat(sectionBlock(), ...interfaces, ...blocks) };
        const classic = packets.map(({ time, counted }) => [time, counted ? ospf : arp] as const);
        for (const file of [pcapng, { name: "a.pcap", bytes: pcap(...classic) }]) {
          const whole = await run([file], {}, 1 << 20);
          const single = await run([file], {}, 40);
          expect(whole.summaries).toEqual(single.summaries);
          expect(names(whole.received)).toEqual(names(single.received));
        }
      }),
      { numRuns: 200 },
    );
  });

  test("LINUX_SLL2 has a vantage for each interface index, each with the namespace's drops", async () => {
    const packet = (index: number, time: number) =>
      packetBlock({ interfaceId: 0, time: ms(time), captured: cooked(index) });
    const bytes = concat(
      sectionBlock(),
      interfaceBlock({ linkType: "LINUX_SLL2", name: "any" }),
      ...[packet(2, 1), packet(7, 2), packet(2, 3)],
      statisticsBlock({ interfaceId: 0, time: 0n, dropped: 5 }),
    );
    const naming = {
      knowsNamespace: (netns: string) => netns === "net0",
      linkName: (netns: string | null, index: number) => (netns === "net0" && index === 2 ? "veth0" : null),
    };
    const { received, summaries } = await run([{ name: "net0.pcapng", bytes }], { naming });
    expect(names(received)).toEqual(["veth0#1", "if7#1", "veth0#2"]);
    expect(received[0]?.link).toMatchObject({ kind: "cooked", interfaceIndex: 2 });
    expect(summaries.map((one) => [one.vantage.netns, one.vantage.interface, one.droppedByKernel])).toEqual([
      ["net0", "veth0", 5],
      ["net0", "if7", 5],
    ]);
  });

  test("names: what a person said, then the pcapng, then the file's name", async () => {
    const ng = (name: string | null) =>
      concat(
        sectionBlock(),
        interfaceBlock({ linkType: "EN10MB", name }),
        packetBlock({ interfaceId: 0, time: 1n, captured: arp }),
      );
    const knowsInterface = (netns: string, name: string) => netns === "net0" && name === "veth0.100";
    const files = [
      { name: "a.pcapng", bytes: ng("veth0"), given: { interface: "veth9", netns: "net9" } },
      { name: "b.pcapng", bytes: ng("veth0") },
      { name: "c.pcapng", bytes: ng(null) },
      { name: "net0.veth0.100.pcap", bytes: pcap([1, arp]) },
      { name: "net0.veth1.pcap", bytes: pcap([1, arp]) },
    ];
    const { summaries } = await run(files, { naming: { knowsInterface } });
    expect(summaries.map(({ vantage }) => [vantage.netns, vantage.interface])).toEqual([
      ["net9", "veth9"],
      [null, "veth0"],
      [null, "c"],
      ["net0", "veth0.100"],
      [null, "net0.veth1"],
    ]);
  });

  test("problems stand with their input, and what was whole is handed out", async () => {
    const whole = pcap([1, arp], [2, arp]);
    const unknown = concat(pcapHeader({ unknown: 147 }), pcapPacket(ms(5), arp));
    const { received, problems, summaries } = await run([
      { name: "cut.pcap", bytes: whole.slice(0, -1) },
      { name: "ping.txt", bytes: new TextEncoder().encode("PING 192.168.2.1") },
      { name: "strange.pcap", bytes: unknown },
    ]);
    expect(received.length).toBe(1);
    expect(problems.map(({ kind, place }) => [kind, place])).toEqual([
      ["cut-off", "cut.pcap"],
      ["not-a-capture", "ping.txt"],
      ["unknown-link-type", "strange.pcap"],
    ]);
    expect(summaries.map((one) => [one.vantage.source, one.packets, one.problems.map(({ kind }) => kind)])).toEqual([
      ["cut.pcap", 1, ["cut-off"]],
      ["strange.pcap", 1, ["unknown-link-type"]],
    ]);
  });

  test("an offset moves the times of an input", async () => {
    const files = [
      { name: "a.pcap", bytes: pcap([10, arp]) },
      { name: "b.pcap", bytes: pcap([2000, arp]) },
    ];
    const clockOffset = (input: CaptureInput) => (input.source === "b.pcap" ? -ms(1995) : 0n);
    const { received, summaries } = await run(files, { clockOffset });
    expect(received.map(({ frame }) => frame.time)).toEqual([ms(5), ms(10)]);
    expect(summaries[1]).toMatchObject({ from: ms(5), to: ms(5) });
  });
});

describe("InputMerger", () => {
  test("a full input waits for the others, and nothing is lost", () => {
    const merger = new InputMerger();
    const a = merger.add();
    const b = merger.add();
    let pushed = 0;
    while (!merger.full(a)) merger.push(a, pushed++, {} as Packet);
    expect([merger.next(), merger.hungry(a), merger.hungry(b)]).toEqual([null, false, true]);
    merger.observe(b, 1000.5);
    let handed = 0;
    while (merger.next() !== null) handed++;
    expect(handed).toBe(1001);
    merger.end(b);
    while (merger.next() !== null) handed++;
    expect(handed).toBe(pushed);
    merger.end(a);
    expect(merger.next()).toBeNull();
  });
});
