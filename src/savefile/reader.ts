// Reads a savefile as it arrives: bytes in with append(), records out with next(); it knows of no file and no socket.
// Memory: the caller's chunk, and one partial record carried over from the chunks before, which grows with what has
// arrived (never with what a length field claims) and no further than the longest record the formats allow.

import { cutOff, emptyFile, notACapture } from "./faults.ts";
import { recognise } from "./magic.ts";
import { type FormatParser, type Skimmer, type Window, windowOver } from "./parser.ts";
import { PcapParser } from "./pcap.ts";
import { PcapngParser } from "./pcapng.ts";
import type { ProblemRecord, SavefileRecord } from "./record.ts";

export type { SavefileRecord } from "./record.ts";

// As much of a foreign file as its description quotes.
const HEAD = 64;

/**
 * Streaming reader of pcap and pcapng, told apart by their first bytes. Call append() with a chunk, then next() until
 * it is null, then append the next chunk; after the last one finish(), and next() until it is null. Any bytes in any
 * chunks give records or problems, never an exception. A packet record points into the chunk or into the reader: use
 * it before the next call, and leave the chunk alone until next() has returned null.
 */
export class SavefileReader {
  readonly #place: string;
  readonly #skimmer: Skimmer | null;
  #parser: FormatParser | null = null;
  #format: "pcap" | "pcapng" | null = null;
  #window: Window = windowOver(new Uint8Array(0));
  #position = 0;
  #end = 0;
  /** Where the window's first byte lies in the file. */
  #base = 0;
  /** Bytes just before the window's position that no parser has taken yet: #carry[#carryStart..#carryEnd). */
  #carry: Window = windowOver(new Uint8Array(0));
  #carryStart = 0;
  #carryEnd = 0;
  #skip = 0;
  #finished = false;
  #ended = false;

  /** With a skimmer, packets that it passes are not handed out by next(), but for some at the edges of chunks. */
  constructor(place: string, skimmer: Skimmer | null = null) {
    this.#place = place;
    this.#skimmer = skimmer;
  }

  /** Which format the first bytes showed; null before they came, or where they are neither. */
  get format(): "pcap" | "pcapng" | null {
    return this.#format;
  }

  /** Packets handed out so far. */
  get packets(): number {
    return this.#parser?.packets ?? 0;
  }

  /** True when no further byte can change anything: at the end, or after a fault that hides where records start. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Gives the reader its next bytes. */
  append(chunk: Uint8Array): void {
    if (this.#ended) return;
    this.#keep(this.#end);
    this.#base += this.#end;
    this.#window = windowOver(chunk);
    this.#position = 0;
    this.#end = chunk.length;
  }

  /** Says that no more bytes will come: what is left over is a record cut off. */
  finish(): void {
    this.#finished = true;
  }

  /** The next record, or null where the bytes so far hold no further whole one. */
  next(): SavefileRecord | null {
    const parser = this.#parser;
    if (parser === null) return this.#start();
    if (parser.also.length > 0) return parser.also.shift() ?? null;
    while (!this.#ended) {
      if (this.#skip > 0 && !this.#skipOn()) return this.#exhausted(parser);
      let record: SavefileRecord | null;
      if (this.#carryEnd === 0) {
        if (this.#skimmer !== null) {
          this.#position = parser.skim(this.#window, this.#position, this.#end, this.#skimmer);
        }
        record = parser.parse(this.#window, this.#position, this.#end, this.#base + this.#position);
        if (parser.used === 0 && !parser.broken) {
          this.#keep(this.#end);
          return this.#exhausted(parser);
        }
        this.#position += parser.used;
      } else {
        if (!this.#topUp(parser.wanted)) return this.#exhausted(parser);
        const had = this.#carryEnd - this.#carryStart;
        record = parser.parse(this.#carry, this.#carryStart, this.#carryEnd, this.#base + this.#position - had);
        if (parser.used === 0 && !parser.broken) continue;
        this.#dropCarried(parser.used);
        parser.wanted = 1;
      }
      if (parser.broken) this.#ended = true;
      this.#skip = parser.skip;
      if (record !== null) return record;
      if (parser.also.length > 0) return parser.also.shift() ?? null;
    }
    return null;
  }

  /** Finds out the format; the problem record where the file is neither. */
  #start(): SavefileRecord | null {
    if (this.#ended) return null;
    const magic = this.#peek(4);
    if (magic === null) return null;
    const content = recognise(magic);
    if (content === "pcap") this.#parser = new PcapParser(this.#place);
    else if (content === "pcapng") this.#parser = new PcapngParser(this.#place);
    if (content === "pcap" || content === "pcapng") {
      this.#format = content;
      return this.next();
    }
    const head = this.#peek(HEAD);
    if (head === null) return null;
    this.#ended = true;
    const problem = head.length === 0 ? emptyFile(this.#place) : notACapture(this.#place, head);
    return { type: "problem", problem, offset: 0 };
  }

  /** The next bytes without taking them: fewer than asked only at the end, null where more may come. */
  #peek(count: number): Uint8Array | null {
    if (this.#carryEnd === 0 && this.#end - this.#position >= count) {
      return this.#window.bytes.subarray(this.#position, this.#position + count);
    }
    if (!this.#topUp(count) && !this.#finished) return null;
    return this.#carry.bytes.subarray(this.#carryStart, Math.min(this.#carryEnd, this.#carryStart + count));
  }

  /** Moves bytes from the window until the carry holds `count`; false where the window does not have them. */
  #topUp(count: number): boolean {
    const missing = count - (this.#carryEnd - this.#carryStart);
    if (missing <= 0) return true;
    this.#keep(Math.min(this.#end, this.#position + missing));
    return this.#carryEnd - this.#carryStart >= count;
  }

  /** Moves the window's bytes up to `until` into the carry. */
  #keep(until: number): void {
    const added = until - this.#position;
    if (added === 0) return;
    const had = this.#carryEnd - this.#carryStart;
    if (this.#carryEnd + added > this.#carry.bytes.length) {
      const room = had + added > this.#carry.bytes.length ? Math.max(4096, 2 * (had + added)) : 0;
      const target = room > 0 ? new Uint8Array(room) : this.#carry.bytes;
      target.set(this.#carry.bytes.subarray(this.#carryStart, this.#carryEnd));
      if (room > 0) this.#carry = windowOver(target);
      this.#carryStart = 0;
      this.#carryEnd = had;
    }
    this.#carry.bytes.set(this.#window.bytes.subarray(this.#position, until), this.#carryEnd);
    this.#carryEnd += added;
    this.#position = until;
  }

  #dropCarried(count: number): void {
    this.#carryStart += count;
    if (this.#carryStart < this.#carryEnd) return;
    this.#carryStart = 0;
    this.#carryEnd = 0;
  }

  /** Passes over bytes that nobody needs; false where the chunk ends before them. */
  #skipOn(): boolean {
    const carried = Math.min(this.#skip, this.#carryEnd - this.#carryStart);
    this.#dropCarried(carried);
    const ahead = Math.min(this.#skip - carried, this.#end - this.#position);
    this.#position += ahead;
    this.#skip -= carried + ahead;
    if (this.#parser !== null) this.#parser.skip = this.#skip;
    return this.#skip === 0;
  }

  /** Every byte given is taken: null, or the fault of a file that ends inside a record. */
  #exhausted(parser: FormatParser): ProblemRecord | null {
    if (!this.#finished) return null;
    this.#ended = true;
    const had = this.#carryEnd - this.#carryStart;
    const missing = this.#skip > 0 ? this.#skip : parser.wanted;
    if (this.#skip === 0 && had === 0 && parser.atBoundary) return null;
    const offset = this.#base + this.#end - had;
    const problem = cutOff({ place: this.#place, offset, packets: parser.packets }, parser.inside(had), missing, had);
    return { type: "problem", problem, offset };
  }
}
