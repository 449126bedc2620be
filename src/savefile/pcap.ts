// Classic pcap: a 24-byte file header, then records of 16 bytes (24 in the "modified" format) and the packet's bytes.
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html

import { type Text, text } from "../model/text.ts";
import { badFraction, badLinkField, type FaultyPlace, impossibleLength, unsupportedVersion } from "./faults.ts";
import { linkTypeOf } from "./link-type.ts";
import { PCAP_MICROSECONDS, PCAP_MODIFIED, PCAP_NANOSECONDS } from "./magic.ts";
import type { FormatParser, Skimmer, Window } from "./parser.ts";
import { MAX_PACKET, RECORD_HEADER, scanRecords } from "./pcap-scan.ts";
import { PacketRecord, type ProblemRecord, type SavefileRecord } from "./record.ts";
import { SkimmedRun } from "./skimmed-run.ts";

const FILE_HEADER = 24;
// tcpdump of DG/UX, which libpcap reads as one from before 2.3 (sf-pcap.c).
const DG_UX = 543;
// Kuznetzov's patched libpcap of 1999 added interface index, protocol and packet type to each record.
const MODIFIED_RECORD_HEADER = 24;
const INTERFACE_INDEX = 16;
const PACKET_TYPE = 22;
const PACKET_OUTGOING = 4;

/** Parser of one classic pcap file. */
export class PcapParser implements FormatParser {
  used = 0;
  wanted = FILE_HEADER;
  skip = 0;
  packets = 0;
  broken = false;
  readonly atBoundary = true;
  readonly also: SavefileRecord[] = [];
  readonly #place: string;
  readonly #packet = new PacketRecord();
  #started = false;
  #little = true;
  #header = RECORD_HEADER;
  #modified = false;
  #limit = 1_000_000;
  #toNanoseconds = 1000;
  #lengths: "straight" | "swapped" | "either" = "straight";
  #toldFraction = false;
  /** Packets that are only counted; null where all are wanted as records, undefined before anybody was asked. */
  #run: SkimmedRun | null | undefined;

  constructor(place: string) {
    this.#place = place;
  }

  parse(window: Window, start: number, end: number, offset: number): SavefileRecord | null {
    if (!this.#started) return this.#parseFileHeader(window, start, end, offset);
    const header = this.#header;
    const had = end - start;
    this.used = 0;
    if (had < header) {
      this.wanted = header;
      return null;
    }
    const { view } = window;
    const little = this.#little;
    let captured = view.getUint32(start + 8, little);
    let length = view.getUint32(start + 12, little);
    if (this.#lengths !== "straight" && (this.#lengths === "swapped" || captured > length)) {
      const swapped = captured;
      captured = length;
      length = swapped;
    }
    if (captured > MAX_PACKET) return this.#tooLong(offset, captured);
    const total = header + captured;
    if (had < total) {
      this.wanted = total;
      return null;
    }
    const packet = this.#packet;
    packet.bytes = window.bytes;
    packet.start = start + header;
    packet.end = start + total;
    packet.captured = captured;
    packet.length = length;
    packet.hasTime = true;
    packet.seconds = view.getUint32(start, little);
    const fraction = view.getUint32(start + 4, little);
    if (fraction < this.#limit) packet.nanoseconds = fraction * this.#toNanoseconds;
    else this.#carryFraction(fraction, offset);
    if (this.#modified) packet.direction = this.#directionAt(view, start);
    this.packets++;
    this.used = total;
    return packet;
  }

  skim(window: Window, start: number, end: number, skimmer: Skimmer): number {
    if (!this.#started || this.#modified || this.#lengths !== "straight") return start;
    if (this.#run === undefined) this.#run = skimmer.skims(0) ? new SkimmedRun(0) : null;
    const run = this.#run;
    if (run === null) return start;
    const fields = { little: this.#little, fractions: this.#limit };
    let at = start;
    for (;;) {
      at = scanRecords(window, { start: at, end }, fields, run, skimmer);
      // A packet that steps back in time begins the next run.
      if (run.packets === 0) return at;
      this.#handOut(run, skimmer);
    }
  }

  inside(had: number): Text {
    if (!this.#started) return text("its file header", "文件头");
    const n = this.packets + 1;
    if (had < this.#header) return text(`the header of packet ${n}`, `第 ${n} 个报文的记录头`);
    return text(`packet ${n}`, `第 ${n} 个报文`);
  }

  // Converters leave all that was added at zero, and no interface has that number.
  #directionAt(view: DataView, start: number): "in" | "out" | null {
    if (view.getUint32(start + INTERFACE_INDEX) === 0) return null;
    return view.getUint8(start + PACKET_TYPE) === PACKET_OUTGOING ? "out" : "in";
  }

  #handOut(run: SkimmedRun, skimmer: Skimmer): void {
    const { stamps } = run;
    run.fromSeconds = stamps[0] as number;
    run.fromNanoseconds = (stamps[1] as number) * this.#toNanoseconds;
    run.toSeconds = stamps[2] as number;
    run.toNanoseconds = (stamps[3] as number) * this.#toNanoseconds;
    this.packets += run.packets;
    skimmer.passed(run);
    run.clear();
  }

  #parseFileHeader(window: Window, start: number, end: number, offset: number): SavefileRecord | null {
    this.used = 0;
    if (end - start < FILE_HEADER) {
      this.wanted = FILE_HEADER;
      return null;
    }
    const { view } = window;
    const magic = view.getUint32(start, true);
    this.#little = magic === PCAP_MICROSECONDS || magic === PCAP_NANOSECONDS || magic === PCAP_MODIFIED;
    const kind = this.#little ? magic : view.getUint32(start, false);
    if (kind === PCAP_NANOSECONDS) {
      this.#limit = 1_000_000_000;
      this.#toNanoseconds = 1;
    }
    this.#modified = kind === PCAP_MODIFIED;
    this.#header = this.#modified ? MODIFIED_RECORD_HEADER : RECORD_HEADER;
    const major = view.getUint16(start + 4, this.#little);
    const minor = view.getUint16(start + 6, this.#little);
    if (major !== 2 && major !== DG_UX)
      return this.#fault(unsupportedVersion(this.#at(offset + 4), "pcap", major, minor), offset + 4);
    // Before 2.3 the two lengths stood the other way round; 2.3 was written both ways (libpcap sf-pcap.c).
    if (major === DG_UX || minor < 3) this.#lengths = "swapped";
    else if (minor === 3) this.#lengths = "either";
    const network = view.getUint32(start + 20, this.#little);
    // Bits 16-25 are reserved; 26 says that the FCS length in bits 28-31 (in 16-bit units) is meant.
    if ((network & 0x03ff0000) !== 0) return this.#fault(badLinkField(this.#place, network), offset + 20);
    const snapLength = view.getUint32(start + 16, this.#little);
    this.#started = true;
    this.used = FILE_HEADER;
    return {
      type: "interface",
      id: 0,
      format: "pcap",
      linkType: linkTypeOf(network & 0xffff),
      snapLength: snapLength === 0 || snapLength >= 0x7fffffff ? null : snapLength,
      name: null,
      description: null,
      filter: null,
      os: null,
      addresses: [],
      mac: null,
      comments: [],
      fcsLength: (network & 0x04000000) !== 0 ? (network >>> 28) * 2 : null,
    };
  }

  #tooLong(offset: number, captured: number): ProblemRecord {
    const rule = text(
      `more than the ${MAX_PACKET} any capture keeps of a packet`,
      `超过抓包所能保留的单个报文上限 ${MAX_PACKET} 字节`,
    );
    const field = `incl_len (packet ${this.packets + 1})`;
    return this.#fault(impossibleLength(this.#at(offset + 8), field, captured, rule), offset);
  }

  #at(offset: number): FaultyPlace {
    return { place: this.#place, offset, packets: this.packets };
  }

  #carryFraction(fraction: number, offset: number): void {
    const packet = this.#packet;
    const carried = Math.floor(fraction / this.#limit);
    packet.seconds += carried;
    packet.nanoseconds = (fraction - carried * this.#limit) * this.#toNanoseconds;
    if (this.#toldFraction) return;
    this.#toldFraction = true;
    const unit = this.#toNanoseconds === 1 ? "ns" : "µs";
    this.also.push({ type: "problem", problem: badFraction(this.#place, offset + 4, fraction, unit), offset });
  }

  #fault(problem: ProblemRecord["problem"], offset: number): ProblemRecord {
    this.broken = true;
    return { type: "problem", problem, offset };
  }
}
