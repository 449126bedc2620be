// One input on its way from bytes to packets: reads records, gives each its vantage, decodes what tells something, counts the rest.

import { type ClockFit, corrected } from "../../model/clock-fit.ts";
import { frameHeader } from "../../model/outer.ts";
import type { Packet } from "../../model/packet.ts";
import type { Problem } from "../../model/problem.ts";
import { SECOND } from "../../model/time.ts";
import type { InputSummary } from "../../model/vantage.ts";
import { classify, commonEthernet, networkAt, TRAFFIC, type Traffic } from "../../wire/classify.ts";
import { decode } from "../../wire/decode.ts";
import { ETHERNET_HEADER } from "../../wire/ethernet.ts";
import { unknownLinkType } from "../faults.ts";
import type { CaptureInput } from "../open.ts";
import type { ByteSource } from "../open-bytes.ts";
import type { Skimmer } from "../parser.ts";
import { SavefileReader } from "../reader.ts";
import type { PacketRecord } from "../record.ts";
import type { SkimmedRun } from "../skimmed-run.ts";
import type { InputMerger } from "./merge.ts";
import type { VantageCatalogue } from "./name-vantage.ts";
import { isOwnApplication, othersComments } from "./own-comments.ts";
import type { VantageCount } from "./vantage-count.ts";
import { InputVantages } from "./vantages.ts";

/** What all inputs of one drive share. */
export interface Shared {
  readonly merger: InputMerger;
  readonly catalogue: VantageCatalogue;
  /** Second from which merge keys count: the first one that any input shows. */
  base: number | null;
}

// dumpcap writes the packets of several interfaces in batches; 1 s is well above what its ring buffers hold back.
const HOLDBACK = 1e9;
// A socket's own stamps step back by up to 43 µs across CPUs (measured), several queues' by more: beyond a millisecond
// it is the clock that was set.
const STEP_BACK = 1e6;
// The three parts of a bundle, in the largest blocks there are (write-pcapng.ts); of more, the last are kept.
const MOST_CUSTOM = 64;
const MOST_CUSTOM_BYTES = 48 * 2 ** 20;
// Packets decoded before they are handed on: few, so that most are garbage again while they are young.
const BATCH = 256;
// Chunks of a file that are parsed in a row: to wait for each would cost more than to read it.
const CHUNKS_AT_ONCE = 32;

/** Reads one input chunk by chunk into the merger. */
export class InputReader implements Skimmer {
  readonly number: number;
  readonly problems: Problem[] = [];
  /** Data of pktwhy's own custom blocks. */
  readonly custom: Uint8Array[] = [];
  readonly #bytes: ByteSource;
  readonly #reader: SavefileReader;
  readonly #shared: Shared;
  readonly #clock: ClockFit;
  readonly #offsetNumber: number;
  readonly #vantages: InputVantages;
  readonly #source: string;
  #drained = true;
  #unknownTold = false;
  /** The record that follows next is TCP or UDP that tells something. */
  #isSifted = false;
  /** The latest merge key of any packet. */
  #latest = Number.NEGATIVE_INFINITY;
  #explained = 0;
  #customBytes = 0;
  #isOwnFile = false;

  constructor(input: CaptureInput, bytes: ByteSource, shared: Shared, clock: ClockFit) {
    this.#bytes = bytes;
    this.#shared = shared;
    this.#clock = clock;
    this.#offsetNumber = Number(clock.add);
    this.#source = input.source;
    this.#reader = new SavefileReader(input.source, this);
    this.#vantages = new InputVantages(input, shared.catalogue);
    this.number = shared.merger.add();
  }

  /** Fetches the next chunk, unless some of the last one is still to be parsed. */
  async read(): Promise<void> {
    if (!this.#drained) return;
    this.#append(await this.#bytes.read());
  }

  /** Parses some of what was read: until it is used up, a batch is decoded, or the merger has enough of this input. */
  parse(): void {
    const { merger } = this.#shared;
    this.#parse();
    merger.observe(this.number, this.#latest);
    if (this.#vantages.several) merger.settle(this.number, this.#vantages.settled);
  }

  skims(interfaceId: number): boolean {
    return this.#vantages.ethernet(interfaceId) !== null;
  }

  kindOf(bytes: Uint8Array, start: number, end: number, interfaceId: number): Traffic {
    const traffic = commonEthernet(bytes, start, end);
    // A run that ends before a packet is handed out first, and the packet looked at again.
    if (traffic === TRAFFIC.other || this.#isSifted) return TRAFFIC.other;
    const sieve = this.#vantages.ethernet(interfaceId)?.sieve;
    if (sieve?.wants(bytes, start + ETHERNET_HEADER, end) !== true) return traffic;
    this.#isSifted = true;
    return TRAFFIC.other;
  }

  /** Counts most packets of a busy capture, those that commonEthernet() knows, without a record of any of them. */
  passed(run: SkimmedRun): void {
    const count = this.#vantages.ethernet(run.interfaceId);
    if (count === null) throw new RangeError(`interface ${run.interfaceId} is not skimmed`);
    this.#advance(run.fromSeconds, run.fromNanoseconds, count, count.packets + 1);
    count.pass(run);
    this.#advance(run.toSeconds, run.toNanoseconds, count, count.packets);
  }

  #parse(): void {
    const { merger } = this.#shared;
    this.#drained = false;
    const batch = this.#explained + BATCH;
    let chunks = CHUNKS_AT_ONCE;
    while (this.#explained < batch && !merger.full(this.number)) {
      const record = this.#reader.next();
      if (record === null) {
        if (!this.#reader.ended && chunks-- > 0 && this.#appendNow()) continue;
        this.#drained = true;
        if (this.#reader.ended) merger.end(this.number);
        return;
      }
      if (record.type === "packet") this.#take(record);
      else if (record.type === "interface") {
        this.#vantages.describe(record);
        if (this.#vantages.several) merger.holdBack(this.number, HOLDBACK);
      } else if (record.type === "section") {
        this.#isOwnFile = isOwnApplication(record.application);
        this.#vantages.startSection();
      } else if (record.type === "statistics") this.#vantages.statistics(record);
      else if (record.type === "problem") this.problems.push(record.problem);
      else this.#keep(record.data);
    }
  }

  #keep(data: Uint8Array): void {
    this.custom.push(data);
    this.#customBytes += data.length;
    while (this.custom.length > MOST_CUSTOM || this.#customBytes > MOST_CUSTOM_BYTES) {
      this.#customBytes -= this.custom.shift()?.length ?? 0;
    }
  }

  /** Fetches the next chunk where it is there at once; false where it must be waited for. */
  #appendNow(): boolean {
    const chunk = this.#bytes.readNow?.();
    if (chunk === undefined) return false;
    this.#append(chunk);
    return true;
  }

  #append(chunk: Uint8Array | null): void {
    if (chunk === null) this.#reader.finish();
    else this.#reader.append(chunk);
  }

  /** Stops reading, also before the end. */
  async close(): Promise<void> {
    await this.#bytes.close();
    this.problems.push(...this.#bytes.problems.splice(0));
  }

  /** What was seen, one summary a vantage; to be called once, after close(). */
  summaries(): InputSummary[] {
    const format = this.#reader.format;
    if (format === null) return [];
    const summaries = this.#vantages.finish().map((count) => count.summary(format, this.#clock));
    summaries[0]?.problems.push(...this.problems);
    for (const count of this.#vantages.counts) this.problems.push(...count.ownProblems);
    return summaries;
  }

  #take(record: PacketRecord): void {
    const isSifted = this.#isSifted;
    this.#isSifted = false;
    const count = this.#vantages.of(record);
    count.count(record);
    const traffic = classify(count.linkType, record.bytes, record.start, record.end, record.length);
    const key = record.hasTime
      ? this.#advance(record.seconds, record.nanoseconds, count, count.packets)
      : this.#place(count);
    if (!isExplained(traffic) && !(isSifted || this.#tells(record, traffic, count))) {
      count.other(traffic);
      if (!this.#unknownTold && typeof count.linkType === "object") this.#tellUnknown(count, count.linkType.unknown);
      return;
    }
    const time = record.time();
    const packet = withoutLoopbackDirection(
      decode({
        vantage: count.vantage,
        number: count.packets,
        time: time === null ? null : corrected(time, this.#clock),
        linkType: count.linkType,
        direction: record.direction,
        length: record.length,
        bytes: record.bytes,
        start: record.start,
        end: record.end,
        ...this.#comments(record),
      }),
    );
    const { kind } = packet.network;
    // Of connections inside tunnels nothing is told yet.
    if (kind === "other" || (traffic === TRAFFIC.tunnel && (kind === "tcp" || kind === "udp"))) {
      if (traffic === TRAFFIC.tunnel) count.carried(packet);
      else
        count.other(traffic === TRAFFIC.icmp ? TRAFFIC.ipv4Other : traffic === TRAFFIC.arp ? TRAFFIC.other : traffic);
      return;
    }
    count.explained++;
    this.#explained++;
    this.#shared.merger.push(this.number, key, packet);
  }

  #comments({ comments }: PacketRecord): { readonly comments?: readonly string[] } {
    if (comments.length === 0) return {};
    const others = othersComments(comments, this.#isOwnFile);
    return others.length === 0 ? {} : { comments: [...others] };
  }

  // Of TCP and UDP; what the sieve was asked about while it was skimmed, it is not asked again.
  #tells({ bytes, start, end }: PacketRecord, traffic: Traffic, { linkType, sieve }: VantageCount): boolean {
    if (traffic !== TRAFFIC.tcp && traffic !== TRAFFIC.udp) return false;
    const at = networkAt(linkType, bytes, start, end);
    return at >= 0 && sieve.wants(bytes, at, end);
  }

  /** A packet's place in time as a number; never below that of the packet before it at its vantage. */
  #advance(seconds: number, nanoseconds: number, count: VantageCount, frame: number): number {
    if (this.#shared.base === null) this.#shared.base = seconds + Number(this.#clock.add / SECOND);
    // Exact to the nanosecond within 104 days of the base (2^53 ns), and to a few nanoseconds beyond.
    const key =
      (seconds - this.#shared.base) * 1e9 + nanoseconds + this.#offsetNumber + this.#drifted(seconds, nanoseconds);
    if (key > count.key) count.key = key;
    else if (key < count.lastKey - STEP_BACK) count.stepBack(frame, count.lastKey - key);
    count.lastKey = key;
    if (key > this.#latest) this.#latest = key;
    return count.key;
  }

  #drifted(seconds: number, nanoseconds: number): number {
    const { drift, from } = this.#clock;
    return drift === 0 ? 0 : (seconds - Number(from / SECOND) + (nanoseconds - Number(from % SECOND)) / 1e9) * drift;
  }

  // Without a time its place in the file tells what it came after.
  #place(count: VantageCount): number {
    count.key = Math.max(count.key, this.#latest);
    return count.key;
  }

  #tellUnknown(count: VantageCount, linkType: number): void {
    this.#unknownTold = true;
    count.ownProblems.push(unknownLinkType(this.#source, linkType, count.vantage.interface));
  }
}

function isExplained(traffic: Traffic): boolean {
  return traffic === TRAFFIC.arp || traffic === TRAFFIC.icmp || traffic === TRAFFIC.tunnel;
}

// On lo libpcap shows each frame once, as incoming, and hides the outgoing copy (linux_check_direction): there the
// direction of a cooked capture tells nothing of what passed the interface, as with a capture on lo alone.
function withoutLoopbackDirection(packet: Packet): Packet {
  const { frame } = packet;
  if (frame.vantage.interface !== "lo" || frame.direction === null) return packet;
  if (frameHeader(packet).link.kind !== "cooked") return packet;
  return { ...packet, frame: { ...frame, direction: null } };
}
