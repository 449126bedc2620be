// What the two savefile formats share with the reader that feeds them: a window of bytes and how far a parser got.

import type { Text } from "../model/text.ts";
import type { SavefileRecord } from "./record.ts";
import type { SkimmedRun } from "./skimmed-run.ts";

/** Bytes that are there now, with a view for numbers. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Bytes of a window, from `start` up to `end`. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A window over bytes that somebody else owns. */
export function windowOver(bytes: Uint8Array): Window {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/** Somebody to whom most packets are only to be counted: he is shown them where they lie, and no record is made. */
export interface Skimmer {
  /** Whether packets of this interface are to be shown to him; asked once, after he was handed its description. */
  skims(interfaceId: number): boolean;
  /** What kind of packet `bytes[start..end)` is (see SkimmedRun); 0 where he wants it as a record: it follows next. */
  kindOf(bytes: Uint8Array, start: number, end: number, interfaceId: number): number;
  /** Counts a run of them; it ends before any record or problem that follows it in the file. */
  passed(run: SkimmedRun): void;
}

/** Takes one record at a time off the front of a window. */
export interface FormatParser {
  /** Bytes the last parse() took; 0 means that it needs more. */
  used: number;
  /** Where used is 0: how many bytes must be there from the record's start. Never follows an unchecked length field. */
  wanted: number;
  /** Bytes after the used ones that nobody needs. */
  skip: number;
  /** Whole packets so far. */
  packets: number;
  /** True after a fault that hides where the next record starts. */
  broken: boolean;
  /** Whether a file may end here, between two records. */
  readonly atBoundary: boolean;
  /** Records besides the returned one, to be handed out after it. */
  readonly also: SavefileRecord[];
  /** Parses the record at `start`; `offset` is where that lies in the file. Null where more bytes are needed or nothing is to be told. */
  parse(window: Window, start: number, end: number, offset: number): SavefileRecord | null;
  /** Shows plain whole packets from `start` on to a skimmer; returns where the first record lies that is not passed. */
  skim(window: Window, start: number, end: number, skimmer: Skimmer): number;
  /** What the record is called that begins with these bytes, for "cut off in …". */
  inside(had: number): Text;
}
