// The vantages of one input: which interface block, and with a cooked header which interface it is of, is which vantage.

import { type CookedHeader, parseSll, SLL_HEADER } from "../../wire/linux-sll.ts";
import { SLL2_HEADER, sll2HardwareTypeAt } from "../../wire/linux-sll2.ts";
import type { CaptureInput } from "../open.ts";
import type { InterfaceRecord, PacketRecord, StatisticsRecord } from "../record.ts";
import { type BlockPlace, placeOf, type VantageCatalogue } from "./name-vantage.ts";
import { VantageCount } from "./vantage-count.ts";

// A hostile LINUX_SLL2 file can name 2^32 interfaces; those beyond are counted together.
const MAX_INDEXES = 4096;
// ARPHRD_LOOPBACK of linux/if_arp.h.
const LOOPBACK = 772;
// Offset of the interface index in a LINUX_SLL2 header, big-endian.
const SLL2_INDEX = 4;

interface Source {
  readonly record: InterfaceRecord;
  readonly place: BlockPlace;
  /** Packets that do not name their interface by number. */
  whole: VantageCount | null;
  readonly byIndex: Map<number, VantageCount>;
  /** All that its packets named. */
  readonly named: Set<VantageCount>;
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
    const [first] = this.#sources;
    return this.#sources.length > 1 || first?.place.byIndex === true || first?.place.byHeader === true;
  }

  /** The merge key that each interface of the section has reached; none where one of them has shown nothing yet. */
  get settled(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let i = this.#sectionStart; i < this.#sources.length; i++) {
      const source = this.#sources[i] as Source;
      // More interfaces may turn up under numbers not seen so far.
      const { byIndex, byHeader } = source.place;
      if (byIndex || byHeader === true || source.whole === null) return Number.NEGATIVE_INFINITY;
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
    const source: Source = {
      record,
      place,
      whole: null,
      byIndex: new Map(),
      named: new Set(),
      shared: false,
      statistics: null,
    };
    this.#sources.push(source);
    if (place.byIndex || place.byHeader === true) return;
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
    if (source.place.byHeader === true) return this.#ofHeader(source, packet);
    if (!source.place.byIndex || packet.captured < SLL2_INDEX + 4) {
      source.whole ??= this.#countFor(source, source.place.interface);
      return source.whole;
    }
    const { bytes } = packet;
    const at = packet.start + SLL2_INDEX;
    const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
    const index = (high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
    return source.byIndex.get(index) ?? this.#newIndex(source, index, packet);
  }

  // A header of the old kind names no interface: lo shows by its hardware type, others by addresses that state knows.
  #ofHeader(source: Source, { bytes, start, captured }: PacketRecord): VantageCount {
    const { netns } = source.place;
    const header = captured < SLL_HEADER ? null : parseSll(bytes, start);
    const name = header === null ? null : this.#nameOf(netns, header);
    if (name !== null) {
      const count = this.#countFor(source, name);
      source.named.add(count);
      return count;
    }
    source.whole ??= this.#countFor(source, source.place.interface);
    return source.whole;
  }

  #nameOf(netns: string | null, header: CookedHeader): string | null {
    if (header.hardwareType === LOOPBACK) return "lo";
    return netns === null ? null : (this.#catalogue.naming.cookedName?.(netns, header) ?? null);
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
      const { byIndex, byHeader } = source.place;
      if ((byIndex || byHeader === true) && source.whole === null && source.named.size === 0) {
        source.whole = this.#countFor(source, source.place.interface);
      }
      if (statistics === null) continue;
      const { droppedByInterface, droppedByOs } = statistics;
      if (droppedByInterface === null && droppedByOs === null) continue;
      const dropped = (droppedByInterface ?? 0) + (droppedByOs ?? 0);
      const all = new Set(source.named);
      if (source.whole !== null) all.add(source.whole);
      for (const count of all) count.addDropped(dropped);
    }
    return this.counts;
  }

  #newIndex(source: Source, index: number, { bytes, start, captured }: PacketRecord): VantageCount {
    if (source.byIndex.size >= MAX_INDEXES) {
      source.whole ??= this.#countFor(source, source.place.interface);
      return source.whole;
    }
    const isLoopback = captured >= SLL2_HEADER && sll2HardwareTypeAt(bytes, start) === LOOPBACK;
    const known = this.#catalogue.naming.linkName?.(source.place.netns, index) ?? null;
    const count = this.#countFor(source, known ?? (isLoopback ? "lo" : `if${index}`));
    source.byIndex.set(index, count);
    source.named.add(count);
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
