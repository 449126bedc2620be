// Packets as they come: held back for a moment so that several captures stand in order of time, with a heartbeat for
// quiet interfaces.

import { IN_TIME } from "../../model/clock-fit.ts";
import { MILLISECOND, type Nanoseconds, SECOND } from "../../model/time.ts";
import type { InputSummary, Vantage } from "../../model/vantage.ts";
import type { PacketSink } from "../../savefile/inputs/drive.ts";
import { InputMerger } from "../../savefile/inputs/merge.ts";
import { VantageCatalogue } from "../../savefile/inputs/name-vantage.ts";
import { InputReader, type Shared } from "../../savefile/inputs/reader.ts";

// 10 ms of hold-back left no packet of 1200 pings out of order, none left 15 (measured).
const HOLD_BACK = 100n * MILLISECOND;
// Frames that were stamped may still be on their way through a pipe when their time has come.
const LATEST = 20n * MILLISECOND;

/** Reads one growing pcapng in which several captures stand side by side. */
export class LivePackets {
  readonly #merger = new InputMerger();
  readonly #catalogue = new VantageCatalogue({});
  readonly #shared: Shared;
  readonly #reader: InputReader;
  readonly #sink: PacketSink;
  readonly #waiting: (Uint8Array | null)[] = [];
  #wake: (() => void) | null = null;
  #ended = false;

  /** `now` is any moment shortly before the first packet. */
  constructor(sink: PacketSink, now: Nanoseconds) {
    this.#sink = sink;
    this.#shared = { merger: this.#merger, catalogue: this.#catalogue, base: Number(now / SECOND) };
    const input = { source: "live", path: null, content: null, interface: null, netns: null, stem: null };
    const bytes = { read: () => this.#take(), head: async () => new Uint8Array(), close: async () => {}, problems: [] };
    this.#reader = new InputReader(input, bytes, this.#shared, IN_TIME);
  }

  /** The places whose interfaces have been described so far. */
  get vantages(): readonly Vantage[] {
    return this.#catalogue.vantages;
  }

  /** Appends bytes of the pcapng. */
  append(bytes: Uint8Array): void {
    this.#give(bytes);
  }

  /** Nothing more is appended. */
  end(): void {
    this.#give(null);
  }

  /** Reads until the end. */
  async read(): Promise<void> {
    while (!this.#ended) {
      await this.#reader.read();
      this.#parse();
    }
    await this.#reader.close();
  }

  /** Says what time it is: packets older than the hold-back are told, and what was waiting for an answer falls due. */
  tick(now: Nanoseconds): void {
    const key = Number(now - BigInt(this.#shared.base ?? 0) * SECOND);
    this.#merger.observe(this.#reader.number, key);
    this.#drain();
    this.#sink.advance(now - HOLD_BACK - LATEST);
  }

  /** What was seen; once, after the end. */
  summaries(): InputSummary[] {
    return this.#reader.summaries();
  }

  #parse(): void {
    const { number } = this.#reader;
    let full: boolean;
    do {
      this.#reader.parse();
      // A file's packets may stand a second apart; here the heartbeat says how late it is.
      this.#merger.holdBack(number, Number(HOLD_BACK));
      full = this.#merger.full(number);
      this.#drain();
    } while (full);
  }

  #drain(): void {
    for (let packet = this.#merger.next(); packet !== null; packet = this.#merger.next()) this.#sink.push(packet);
  }

  #give(bytes: Uint8Array | null): void {
    this.#waiting.push(bytes);
    this.#wake?.();
  }

  async #take(): Promise<Uint8Array | null> {
    while (this.#waiting.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const bytes = this.#waiting.shift() ?? null;
    if (bytes === null) this.#ended = true;
    return bytes;
  }
}
