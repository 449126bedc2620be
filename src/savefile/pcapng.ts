// pcapng: sections of blocks, each block with its length at both ends.
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html

import { type Text, text } from "../model/text.ts";
import { badOption, damaged, type FaultyPlace, impossibleLength, unsupportedVersion } from "./faults.ts";
import { PCAPNG_BYTE_ORDER, PCAPNG_SECTION } from "./magic.ts";
import type { FormatParser, Skimmer, Window } from "./parser.ts";
import { CUSTOM_NUMBER, parseCustom, parseInterface, parseSection, parseStatistics } from "./pcapng-blocks.ts";
import { addComment, COMMENT, eachOption, type Overlong } from "./pcapng-options.ts";
import { ENHANCED_PACKET, MAX_BLOCK, PACKET_HEADER, scanBlocks } from "./pcapng-scan.ts";
import { type Clock, clockOf, setTime } from "./pcapng-time.ts";
import { PacketRecord, type ProblemRecord, type SavefileRecord } from "./record.ts";
import { SkimmedRun } from "./skimmed-run.ts";

const INTERFACE = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const STATISTICS = 5;
// Two custom blocks: 0xbad may be copied by programs that change the file, 0x40000bad may not.
const CUSTOM = 0x00000bad;
const CUSTOM_NO_COPY = 0x40000bad;

// Type, length, and (of a section header) the byte-order magic; every block has at least these 12 bytes.
const BLOCK_START = 12;
const SIMPLE_HEADER = 12;
const OPT_EPB_FLAGS = 2;
const OPT_EPB_DROPCOUNT = 4;
const OPT_PACK_FLAGS = 2;
// One entry each is kept in memory.
const MAX_INTERFACES = 65_536;

interface Known {
  readonly clock: Clock;
  readonly snapLength: number;
}

/** Parser of one pcapng file. */
export class PcapngParser implements FormatParser {
  used = 0;
  wanted = BLOCK_START;
  skip = 0;
  packets = 0;
  broken = false;
  readonly also: SavefileRecord[] = [];
  readonly #place: string;
  readonly #packet = new PacketRecord();
  #little = true;
  #inSection = false;
  #interfaces: Known[] = [];
  /** Number of the section's first interface over the whole file. */
  #firstId = 0;
  /** Length that must stand at the end of a block that was skipped, or 0. */
  #trailer = 0;
  #trailerOf = 0;
  #type = 0;
  /** Packets of the section's interfaces that are only counted; null where all are wanted as records. */
  #runs: (SkimmedRun | null)[] = [];
  readonly #begun: SkimmedRun[] = [];

  constructor(place: string) {
    this.#place = place;
  }

  get atBoundary(): boolean {
    return this.#trailer === 0;
  }

  parse(window: Window, start: number, end: number, offset: number): SavefileRecord | null {
    this.used = 0;
    const had = end - start;
    if (this.#trailer > 0) return this.#parseTrailer(window, start, had);
    if (had < BLOCK_START) {
      this.wanted = BLOCK_START;
      return null;
    }
    const { view } = window;
    const type = view.getUint32(start, this.#little);
    this.#type = type;
    if (type === PCAPNG_SECTION && !this.#orientate(view.getUint32(start + 8, true))) {
      return this.#broken(
        "not-a-section",
        text("a section header has no byte-order magic", "节头中没有字节序标记"),
        offset,
      );
    }
    const total = view.getUint32(start + 4, this.#little);
    if (total < BLOCK_START || total % 4 !== 0 || total > MAX_BLOCK) return this.#badLength(total, offset);
    if (had < total) {
      if (!this.#understands(type, view, start)) return this.#passOver(had, total, offset);
      this.wanted = total;
      return null;
    }
    if (view.getUint32(start + total - 4, this.#little) !== total) {
      return this.#mismatch(total, view.getUint32(start + total - 4, this.#little), offset);
    }
    this.used = total;
    // The block's body ends before the second length.
    return this.#parseBlock(type, window, start, start + total - 4, offset);
  }

  skim(window: Window, start: number, end: number, skimmer: Skimmer): number {
    if (this.#trailer > 0) return start;
    const runs = this.#runs;
    for (let id = this.#firstId + runs.length; runs.length < this.#interfaces.length; id++) {
      runs.push(skimmer.skims(id) ? new SkimmedRun(id) : null);
    }
    const begun = this.#begun;
    let at = start;
    for (;;) {
      at = scanBlocks(window, { start: at, end }, this.#little, { of: runs, begun }, skimmer);
      // A packet that steps back in time begins the next run.
      if (begun.length === 0) return at;
      for (const run of begun) this.#handOut(run, skimmer);
      begun.length = 0;
    }
  }

  inside(had: number): Text {
    if (!this.#inSection) return text("its section header", "节头");
    if (had < BLOCK_START && this.#trailer === 0) return text("the start of a block", "块的开头");
    if (isPacket(this.#type)) return text(`packet ${this.packets + 1}`, `第 ${this.packets + 1} 个报文`);
    return text(`a block of type ${this.#type}`, `类型为 ${this.#type} 的块`);
  }

  #handOut(run: SkimmedRun, skimmer: Skimmer): void {
    const { clock } = this.#interfaces[run.interfaceId - this.#firstId] as Known;
    const { stamps } = run;
    const packet = this.#packet;
    setTime(packet, clock, stamps[0] as number, stamps[1] as number);
    run.fromSeconds = packet.seconds;
    run.fromNanoseconds = packet.nanoseconds;
    setTime(packet, clock, stamps[2] as number, stamps[3] as number);
    run.toSeconds = packet.seconds;
    run.toNanoseconds = packet.nanoseconds;
    this.packets += run.packets;
    skimmer.passed(run);
    run.clear();
  }

  #parseBlock(type: number, window: Window, start: number, end: number, offset: number): SavefileRecord | null {
    switch (type) {
      case ENHANCED_PACKET:
      case OBSOLETE_PACKET:
        return this.#parsePacket(type, window, start, end, offset);
      case SIMPLE_PACKET:
        return this.#parseSimple(window, start, end, offset);
      case PCAPNG_SECTION:
        return this.#parseSection(window, start, end, offset);
      case INTERFACE:
        return this.#parseInterface(window, start, end, offset);
      case STATISTICS:
        return this.#parseStatistics(window, start, end, offset);
      case CUSTOM:
      case CUSTOM_NO_COPY:
        return this.#understands(type, window.view, start) ? parseCustom(window, start, end, this.#little) : null;
      default:
        // Name resolution (4), decryption secrets (10), systemd journal (9) and whatever comes: nothing here needs them.
        return null;
    }
  }

  #parsePacket(type: number, window: Window, start: number, end: number, offset: number): SavefileRecord | null {
    if (end - start < PACKET_HEADER) return this.#tooSmall(offset);
    const { view } = window;
    const little = this.#little;
    const old = type === OBSOLETE_PACKET;
    const index = old ? view.getUint16(start + 8, little) : view.getUint32(start + 8, little);
    const known = this.#interfaces[index];
    if (known === undefined) return this.#noInterface(index, offset);
    const captured = view.getUint32(start + 20, little);
    if (captured > end - start - PACKET_HEADER) return this.#tooLong(captured, end - start - PACKET_HEADER, offset);
    const packet = this.#packet;
    packet.bytes = window.bytes;
    packet.start = start + PACKET_HEADER;
    packet.end = packet.start + captured;
    packet.interfaceId = this.#firstId + index;
    packet.captured = captured;
    packet.length = view.getUint32(start + 24, little);
    setTime(packet, known.clock, view.getUint32(start + 12, little), view.getUint32(start + 16, little));
    packet.direction = null;
    packet.dropped = 0;
    if (packet.comments.length > 0) packet.comments = [];
    // The obsolete block counts drops in its header; 0xffff is "not known".
    if (old) {
      const drops = view.getUint16(start + 10, little);
      if (drops !== 0xffff) packet.dropped = drops;
    }
    const options = packet.end + (-captured & 3);
    if (end - options >= 4) this.#packetOptions(old, window, options, end, offset);
    this.packets++;
    return packet;
  }

  #packetOptions(old: boolean, window: Window, start: number, end: number, offset: number): void {
    const packet = this.#packet;
    const little = this.#little;
    let comments: string[] | null = null;
    const overlong = eachOption(window, start, end, little, (option) => {
      const length = option.end - option.start;
      if (option.code === COMMENT) {
        comments ??= [];
        addComment(comments, window, option);
      } else if (option.code === (old ? OPT_PACK_FLAGS : OPT_EPB_FLAGS) && length === 4) {
        const direction = window.view.getUint32(option.start, little) & 3;
        packet.direction = direction === 1 ? "in" : direction === 2 ? "out" : null;
      } else if (!old && option.code === OPT_EPB_DROPCOUNT && length === 8) {
        packet.dropped = Number(window.view.getBigUint64(option.start, little));
      }
    });
    if (comments !== null) packet.comments = comments;
    this.#tellOverlong(overlong, offset);
  }

  #parseSimple(window: Window, start: number, end: number, offset: number): SavefileRecord | null {
    if (end - start < SIMPLE_HEADER) return this.#tooSmall(offset);
    const known = this.#interfaces[0];
    if (known === undefined) return this.#noInterface(0, offset);
    const length = window.view.getUint32(start + 8, this.#little);
    const there = end - start - SIMPLE_HEADER;
    const captured = known.snapLength > 0 ? Math.min(length, known.snapLength) : length;
    if (captured > there) return this.#tooLong(captured, there, offset);
    const packet = this.#packet;
    packet.bytes = window.bytes;
    packet.start = start + SIMPLE_HEADER;
    packet.end = packet.start + captured;
    packet.interfaceId = this.#firstId;
    packet.captured = captured;
    packet.length = length;
    packet.hasTime = false;
    packet.seconds = 0;
    packet.nanoseconds = 0;
    packet.direction = null;
    packet.dropped = 0;
    if (packet.comments.length > 0) packet.comments = [];
    this.packets++;
    return packet;
  }

  #parseSection(window: Window, start: number, end: number, offset: number): SavefileRecord | null {
    if (end - start < 24) return this.#tooSmall(offset);
    const major = window.view.getUint16(start + 12, this.#little);
    const minor = window.view.getUint16(start + 14, this.#little);
    // Version 1.2 was written by some tools and means the same as 1.0 (draft, section 4.1).
    if (major !== 1 || (minor !== 0 && minor !== 2)) {
      this.broken = true;
      const problem = unsupportedVersion(this.#at(offset + 12), "pcapng", major, minor);
      return { type: "problem", problem, offset };
    }
    this.#inSection = true;
    this.#firstId += this.#interfaces.length;
    this.#interfaces = [];
    this.#runs = [];
    const section = parseSection(window, start + 24, end, this.#little);
    this.#tellOverlong(section.overlong, offset);
    return section.record;
  }

  #parseInterface(window: Window, start: number, end: number, offset: number): SavefileRecord | null {
    if (end - start < 16) return this.#tooSmall(offset);
    const id = this.#firstId + this.#interfaces.length;
    if (id >= MAX_INTERFACES) {
      return this.#broken(
        "too-many-interfaces",
        text(`more than ${MAX_INTERFACES} interfaces`, `接口数超过 ${MAX_INTERFACES} 个`),
        offset,
      );
    }
    const parsed = parseInterface(window, start, end, this.#little, id);
    this.#tellOverlong(parsed.overlong, offset);
    this.#interfaces.push({
      clock: clockOf(parsed.resolution, parsed.offset),
      snapLength: parsed.record.snapLength ?? 0,
    });
    return parsed.record;
  }

  #parseStatistics(window: Window, start: number, end: number, offset: number): SavefileRecord | null {
    if (end - start < 20) return this.#tooSmall(offset);
    const index = window.view.getUint32(start + 8, this.#little);
    if (index >= this.#interfaces.length) return this.#noInterface(index, offset);
    const parsed = parseStatistics(window, start + 20, end, this.#little, this.#firstId + index);
    this.#tellOverlong(parsed.overlong, offset);
    return parsed.record;
  }

  /** Takes a section's byte order; false where the magic is neither way round. */
  #orientate(magic: number): boolean {
    if (magic === PCAPNG_BYTE_ORDER) this.#little = true;
    else if (magic === 0x4d3c2b1a) this.#little = false;
    else return false;
    return true;
  }

  #understands(type: number, view: DataView, start: number): boolean {
    if (type === CUSTOM || type === CUSTOM_NO_COPY) return view.getUint32(start + 8, this.#little) === CUSTOM_NUMBER;
    return isPacket(type) || type === PCAPNG_SECTION || type === INTERFACE || type === STATISTICS;
  }

  /** Lets the reader pass over a block that nothing here needs, all but its second length. */
  #passOver(had: number, total: number, offset: number): null {
    this.#trailer = total;
    this.#trailerOf = offset;
    this.used = Math.min(had, total - 4);
    this.skip = total - 4 - this.used;
    return null;
  }

  #parseTrailer(window: Window, start: number, had: number): SavefileRecord | null {
    this.wanted = 4;
    if (had < 4) return null;
    const second = window.view.getUint32(start, this.#little);
    const first = this.#trailer;
    this.used = 4;
    this.#trailer = 0;
    return second === first ? null : this.#mismatch(first, second, this.#trailerOf);
  }

  #tellOverlong(overlong: Overlong | null, offset: number): void {
    if (overlong === null) return;
    const problem = badOption(this.#place, offset, overlong.code, overlong.length);
    this.also.push({ type: "problem", problem, offset });
  }

  #at(offset: number): FaultyPlace {
    return { place: this.#place, offset, packets: this.packets };
  }

  #badLength(total: number, offset: number): ProblemRecord {
    let rule = text("not a multiple of 4", "不是 4 的倍数");
    if (total > MAX_BLOCK) rule = text(`more than the ${MAX_BLOCK} any block has`, `超过块的上限 ${MAX_BLOCK} 字节`);
    if (total < BLOCK_START) rule = text("less than the 12 every block has", "小于块的最小长度 12 字节");
    this.broken = true;
    const kind = total > MAX_BLOCK ? "impossible-length" : "bad-block-length";
    const problem = impossibleLength(this.#at(offset + 4), "the block length", total, rule);
    return { type: "problem", problem: { ...problem, kind }, offset };
  }

  #mismatch(first: number, second: number, offset: number): ProblemRecord {
    const fault = text(
      `a block's two length fields differ (${first} and ${second})`,
      `块首尾的两个长度字段不一致（${first} 与 ${second}）`,
    );
    return this.#broken("bad-block-length", fault, offset);
  }

  #tooSmall(offset: number): ProblemRecord {
    const fault = text(`a block of type ${this.#type} is too short for its kind`, `类型为 ${this.#type} 的块长度不足`);
    return this.#broken("bad-block-length", fault, offset);
  }

  #tooLong(captured: number, there: number, offset: number): ProblemRecord {
    const rule = text(`but its block has room for ${there}`, `而所在的块只容得下 ${there} 字节`);
    this.broken = true;
    const field = `the captured length (packet ${this.packets + 1})`;
    const problem = impossibleLength(this.#at(offset), field, captured, rule);
    return { type: "problem", problem, offset };
  }

  #noInterface(index: number, offset: number): ProblemRecord {
    const n = this.#interfaces.length;
    const fault = text(
      `a block names interface ${index}, but the section has described ${n} so far`,
      `块引用了接口 ${index}，但本节至此只描述了 ${n} 个接口`,
    );
    return this.#broken("packet-without-interface", fault, offset);
  }

  #broken(kind: string, fault: Text, offset: number): ProblemRecord {
    this.broken = true;
    return { type: "problem", problem: damaged(this.#at(offset), kind, fault), offset };
  }
}

function isPacket(type: number): boolean {
  return type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OBSOLETE_PACKET;
}
