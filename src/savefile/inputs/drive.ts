// The only asynchronous loop: reads all inputs side by side in chunks and hands ARP and ICMP packets to a sink in order of time.

import { type ClockFit, clockOf } from "../../model/clock-fit.ts";
import type { Packet } from "../../model/packet.ts";
import type { Problem } from "../../model/problem.ts";
import { type Nanoseconds, SECOND } from "../../model/time.ts";
import type { InputSummary, Vantage } from "../../model/vantage.ts";
import type { CaptureInput } from "../open.ts";
import { type ByteSource, openFile, openPipe } from "../open-bytes.ts";
import { InputMerger } from "./merge.ts";
import { type Naming, VantageCatalogue } from "./name-vantage.ts";
import { InputReader, type Shared } from "./reader.ts";

export type { Naming } from "./name-vantage.ts";

/** Takes packets in order of time; the watermark says that nothing older will come (but for clocks that step back). */
export interface PacketSink {
  push(packet: Packet): void;
  advance(watermark: Nanoseconds): void;
}

export interface DriveOptions {
  /** Stop after as many packets handed to the sink. */
  readonly count?: number;
  /** What state knows of names. */
  readonly naming?: Naming;
  /** What to add to every time of an input whose clock is known to be off: as many nanoseconds, or more as it goes on. */
  readonly clockOffset?: (input: CaptureInput) => Nanoseconds | ClockFit;
  /** Where the bytes of an input come from, instead of its path: live captures. */
  readonly bytes?: (input: CaptureInput) => ByteSource;
}

export interface DriveResult {
  /** One for each vantage, input by input. */
  readonly summaries: readonly InputSummary[];
  readonly vantages: readonly Vantage[];
  /** All problems of all inputs, each once; those of an input that could not be read at all stand only here. */
  readonly problems: readonly Problem[];
  /** Data of pktwhy's own custom blocks, in order. */
  readonly custom: readonly Uint8Array[];
  /** Records read, and packets handed to the sink. */
  readonly packets: number;
  readonly pushed: number;
}

// As much as stays in a core's own cache between being read and being parsed.
const CHUNK = 1 << 19;
const SMALLEST_CHUNK = 1 << 16;
// Memory for the chunks of all inputs together.
const ALL_CHUNKS = 64 * CHUNK;
// How far time moves, in nanoseconds, between two watermarks.
const WATERMARK_STEP = 1e8;

/** Reads the inputs to their ends. Memory: a chunk and a bounded number of waiting packets an input. */
export async function drive(
  inputs: readonly CaptureInput[],
  sink: PacketSink,
  options: DriveOptions = {},
): Promise<DriveResult> {
  const merger = new InputMerger();
  const catalogue = new VantageCatalogue(options.naming ?? {});
  const shared: Shared = { merger, catalogue, base: null };
  const chunk = Math.max(SMALLEST_CHUNK, Math.min(CHUNK, Math.floor(ALL_CHUNKS / Math.max(1, inputs.length))));
  const open = options.bytes ?? ((input) => openInput(input, chunk));
  const readers = inputs.map(
    (input) => new InputReader(input, open(input), shared, clockOf(options.clockOffset?.(input) ?? 0n)),
  );
  const limit = options.count ?? Number.POSITIVE_INFINITY;
  let pushed = 0;
  let told = Number.NEGATIVE_INFINITY;
  try {
    while (pushed < limit) {
      for (
        let packet = merger.next();
        packet !== null && pushed < limit;
        packet = pushed < limit ? merger.next() : null
      ) {
        // Packets without a time that stand before all others tell of no time.
        if (Number.isFinite(merger.key) && merger.key >= told + WATERMARK_STEP && shared.base !== null) {
          told = merger.key;
          // Keys are rounded to a few nanoseconds far from the base.
          sink.advance(BigInt(shared.base) * SECOND + BigInt(Math.floor(told)) - 1000n);
        }
        sink.push(packet);
        pushed++;
      }
      const hungry = readers.filter((reader) => merger.hungry(reader.number));
      if (hungry.length === 0) break;
      await Promise.all(hungry.map((reader) => reader.read()));
      // Parsed one after another in their given order, so that the same inputs always give the same result.
      for (const reader of hungry) reader.parse();
    }
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
  }
  const summaries = readers.flatMap((reader) => reader.summaries());
  return {
    summaries,
    vantages: catalogue.vantages,
    problems: readers.flatMap((reader) => reader.problems),
    custom: readers.flatMap((reader) => reader.custom),
    packets: summaries.reduce((sum, one) => sum + one.packets, 0),
    pushed,
  };
}

function openInput(input: CaptureInput, chunk: number): ByteSource {
  if (input.path === null) return openPipe(process.stdin, input.source);
  return openFile(input.path, input.source, chunk);
}
