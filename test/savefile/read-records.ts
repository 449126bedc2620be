// Reads bytes with the reader under test, in chunks of any sizes, and keeps plain copies of what comes out.

import type { Problem } from "../../src/model/problem.ts";
import { SavefileReader } from "../../src/savefile/reader.ts";
import type { CustomRecord, InterfaceRecord, SectionRecord, StatisticsRecord } from "../../src/savefile/record.ts";

export interface ReadPacket {
  readonly interfaceId: number;
  readonly time: bigint | null;
  readonly captured: number;
  readonly length: number;
  readonly direction: "in" | "out" | null;
  readonly dropped: number;
  readonly comments: readonly string[];
  readonly bytes: Uint8Array;
}

export type ReadRecord =
  | SectionRecord
  | InterfaceRecord
  | StatisticsRecord
  | CustomRecord
  | { readonly type: "problem"; readonly problem: Problem; readonly offset: number }
  | ({ readonly type: "packet" } & ReadPacket);

/** All records; each chunk is overwritten once the reader is done with it, as drive does. */
export function readRecords(
  bytes: Uint8Array,
  sizes: readonly number[] = [bytes.length],
  place = "test.pcap",
): ReadRecord[] {
  const reader = new SavefileReader(place);
  const records: ReadRecord[] = [];
  const drain = () => {
    for (let record = reader.next(); record !== null; record = reader.next()) {
      if (record.type !== "packet") records.push(record);
      else {
        const { interfaceId, captured, length, direction, dropped, comments } = record;
        const copy = record.bytes.slice(record.start, record.end);
        const time = record.time();
        records.push({
          type: "packet",
          interfaceId,
          time,
          captured,
          length,
          direction,
          dropped,
          comments,
          bytes: copy,
        });
      }
    }
  };
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    const chunk = bytes.slice(at, at + size);
    reader.append(chunk);
    drain();
    chunk.fill(0xee);
    at += size;
  }
  reader.finish();
  drain();
  return records;
}

export function packetsOf(records: readonly ReadRecord[]): ReadPacket[] {
  return records.filter((record) => record.type === "packet");
}

export function problemsOf(records: readonly ReadRecord[]): Problem[] {
  return records.flatMap((record) => (record.type === "problem" ? [record.problem] : []));
}

export function interfacesOf(records: readonly ReadRecord[]): InterfaceRecord[] {
  return records.filter((record) => record.type === "interface");
}

/** The bytes of several parts in a row. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Repeatable pseudo-random chunk sizes (mulberry32). */
export function chunkSizes(seed: number, largest: number): number[] {
  let state = seed;
  return Array.from({ length: 97 }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return 1 + (((mixed ^ (mixed >>> 14)) >>> 0) % largest);
  });
}
