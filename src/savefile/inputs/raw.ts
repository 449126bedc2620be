// Every packet of all inputs as it lies in its file, in order of time as far as each file has one; for who copies captures.

import { type ClockFit, clockOf, corrected } from "../../model/clock-fit.ts";
import type { Nanoseconds } from "../../model/time.ts";
import type { LinkType, Vantage } from "../../model/vantage.ts";
import type { CaptureInput } from "../open.ts";
import { type ByteSource, openFile } from "../open-bytes.ts";
import { SavefileReader } from "../reader.ts";
import type { PacketRecord } from "../record.ts";
import type { DriveOptions } from "./drive.ts";
import { VantageCatalogue } from "./name-vantage.ts";
import { isOwnApplication, othersComments } from "./own-comments.ts";
import { InputVantages } from "./vantages.ts";

/** A packet with its place, numbered as `drive` numbers it; valid until the next one is asked for. */
export interface RawPacket {
  readonly vantage: Vantage;
  readonly number: number;
  /** With its clock's known offset. */
  readonly time: Nanoseconds | null;
  readonly linkType: LinkType;
  readonly record: PacketRecord;
  /** Comments that somebody else than pktwhy wrote. */
  readonly comments: readonly string[];
}

/** Reads the inputs side by side, a chunk of each at a time. */
export async function* rawPackets(
  inputs: readonly CaptureInput[],
  options: Pick<DriveOptions, "naming" | "clockOffset" | "bytes"> = {},
): AsyncGenerator<RawPacket, void, void> {
  const catalogue = new VantageCatalogue(options.naming ?? {});
  const open = options.bytes ?? ((input: CaptureInput) => openFile(input.path ?? "", input.source));
  const all = inputs.map(
    (input) => new RawInput(input, open(input), catalogue, clockOf(options.clockOffset?.(input) ?? 0n)),
  );
  try {
    const waiting: RawInput[] = [];
    for (const input of all) if (await input.advance()) waiting.push(input);
    while (waiting.length > 0) {
      const first = waiting.reduce((a, b) => (b.time < a.time ? b : a));
      yield first.packet as RawPacket;
      if (!(await first.advance())) waiting.splice(waiting.indexOf(first), 1);
    }
  } finally {
    for (const input of all) await input.bytes.close();
  }
}

class RawInput {
  readonly bytes: ByteSource;
  packet: RawPacket | null = null;
  /** Of its packet; without one, of the packet before it. */
  time: Nanoseconds = 0n;
  readonly #reader: SavefileReader;
  readonly #vantages: InputVantages;
  readonly #clock: ClockFit;
  #isOwnFile = false;

  constructor(input: CaptureInput, bytes: ByteSource, catalogue: VantageCatalogue, clock: ClockFit) {
    this.bytes = bytes;
    this.#reader = new SavefileReader(input.source);
    this.#vantages = new InputVantages(input, catalogue);
    this.#clock = clock;
  }

  /** Goes on to its next packet; false at its end. */
  async advance(): Promise<boolean> {
    for (;;) {
      const record = this.#reader.next();
      if (record === null) {
        if (this.#reader.ended) return false;
        const chunk = await this.bytes.read();
        if (chunk === null) this.#reader.finish();
        else this.#reader.append(chunk);
      } else if (record.type === "interface") this.#vantages.describe(record);
      else if (record.type === "section") {
        this.#isOwnFile = isOwnApplication(record.application);
        this.#vantages.startSection();
      } else if (record.type === "packet") {
        this.packet = this.#placed(record);
        return true;
      }
    }
  }

  #placed(record: PacketRecord): RawPacket {
    const count = this.#vantages.of(record);
    count.count(record);
    const time = record.time();
    if (time !== null) this.time = corrected(time, this.#clock);
    return {
      vantage: count.vantage,
      number: count.packets,
      time: time === null ? null : this.time,
      linkType: count.linkType,
      record,
      comments: othersComments(record.comments, this.#isOwnFile),
    };
  }
}
