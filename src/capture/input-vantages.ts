// The vantages of one input: which interface block, and with LINUX_SLL2 which interface index, is which vantage.

import type { CaptureInput } from "../savefile/open.ts";
import type { InterfaceRecord, PacketRecord, StatisticsRecord } from "../savefile/record.ts";
import { type Place, placeOf, type VantageCatalogue } from "./name-vantage.ts";
import { VantageCount } from "./vantage-count.ts";

// A hostile LINUX_SLL2 file can name 2^32 interfaces; those beyond are counted together.
const MAX_INDEXES = 4096;
// Offset of the interface index in a LINUX_SLL2 header, big-endian.
const SLL2_INDEX = 4;

interface Source {
  readonly record: InterfaceRecord;
  readonly place: Place;
  /** Packets that do not name their interface by number. */
  whole: VantageCount | null;
  readonly byIndex: Map<number, VantageCount>;
  /** Whether an interface before it in its section has the same vantage. */
  shared: boolean;
  statistics: StatisticsRecord | null;
}

/** Gives packets of one input their vantages. */
export class InputVantages {
  /** In order of appearance. */
  readonly counts: VantageCount[] = [];
  readonly #input: CaptureInput;
  readonly #catalogue: VantageCatalogue;
  readonly #sources: Source[] = [];
  readonly #byName = new Map<string, VantageCount>();
  #sectionStart = 0;
  readonly #ofSection = new Set<VantageCount>();

  constructor(input: CaptureInput, catalogue: VantageCatalogue) {
    this.#input = input;
    this.#catalogue = catalogue;
  }

  /** Whether packets of several vantages stand in this input. */
  get several(): boolean {
    return this.#sources.length > 1 || this.#sources[0]?.place.byIndex === true;
  }

  /** The merge key that each interface of the section has reached; none where one of them has shown nothing yet. */
  get settled(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let i = this.#sectionStart; i < this.#sources.length; i++) {
      const source = this.#sources[i] as Source;
      // More interfaces may turn up under numbers not seen so far.
      if (source.place.byIndex || source.whole === null) return Number.NEGATIVE_INFINITY;
      least = Math.min(least, source.whole.key);
    }
    return least;
  }

  /** A section of the file starts: its interfaces count anew. */
  startSection(): void {
    this.#sectionStart = this.#sources.length;
    this.#ofSection.clear();
  }

  /** The file describes its next interface. */
  describe(record: InterfaceRecord): void {
    const first = this.#sources.length === this.#sectionStart;
    const place = placeOf(this.#input, record, first, this.#catalogue.naming);
    const source: Source = { record, place, whole: null, byIndex: new Map(), shared: false, statistics: null };
    this.#sources.push(source);
    if (place.byIndex) return;
    const whole = this.#countFor(source, place.interface);
    source.whole = whole;
    source.shared = this.#ofSection.has(whole);
    this.#ofSection.add(whole);
  }

  /** The file tells what an interface dropped so far. */
  statistics(record: StatisticsRecord): void {
    const source = this.#sources[record.interfaceId];
    if (source !== undefined) source.statistics = record;
  }

  /** The vantage that saw this packet. */
  of(packet: PacketRecord): VantageCount {
    const source = this.#sources[packet.interfaceId];
    if (source === undefined) throw new RangeError(`no interface ${packet.interfaceId}`);
    if (!source.place.byIndex || packet.captured < SLL2_INDEX + 4) {
      source.whole ??= this.#countFor(source, source.place.interface);
      return source.whole;
    }
    const { bytes } = packet;
    const at = packet.start + SLL2_INDEX;
    const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
    const index = (high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
    return source.byIndex.get(index) ?? this.#newIndex(source, index);
  }

  /**
   * The vantage of all packets of an interface that is Ethernet; null where packets must be looked at one by one, as
   * where another interface has the same vantage, whose packets lie between them.
   */
  ethernet(interfaceId: number): VantageCount | null {
    const source = this.#sources[interfaceId];
    return source?.record.linkType === "EN10MB" && !source.shared ? source.whole : null;
  }

  /** All vantages with what the file says was dropped; those of one namespace's capture each tell its drops. */
  finish(): VantageCount[] {
    for (const source of this.#sources) {
      const { statistics } = source;
      if (source.place.byIndex && source.whole === null && source.byIndex.size === 0) {
        source.whole = this.#countFor(source, source.place.interface);
      }
      if (statistics === null) continue;
      const { droppedByInterface, droppedByOs } = statistics;
      if (droppedByInterface === null && droppedByOs === null) continue;
      const dropped = (droppedByInterface ?? 0) + (droppedByOs ?? 0);
      const all = new Set(source.byIndex.values());
      if (source.whole !== null) all.add(source.whole);
      for (const count of all) count.addDropped(dropped);
    }
    return this.counts;
  }

  #newIndex(source: Source, index: number): VantageCount {
    if (source.byIndex.size >= MAX_INDEXES) {
      source.whole ??= this.#countFor(source, source.place.interface);
      return source.whole;
    }
    const name = this.#catalogue.naming.linkName?.(source.place.netns, index) ?? `if${index}`;
    const count = this.#countFor(source, name);
    source.byIndex.set(index, count);
    return count;
  }

  /** The vantage of this name; an interface that a later section describes again is the same one. */
  #countFor(source: Source, name: string | null): VantageCount {
    const { netns } = source.place;
    const { linkType, id } = source.record;
    const file = this.#input.source;
    const key = name === null ? null : JSON.stringify([netns, name, linkType]);
    const known = key === null ? undefined : this.#byName.get(key);
    if (known !== undefined) return known;
    const label = name === null && id > 0 ? `${file} interface ${id}` : file;
    const count = new VantageCount(this.#catalogue.add(netns, name, label), source.record);
    this.counts.push(count);
    if (key !== null) this.#byName.set(key, count);
    return count;
  }
}
