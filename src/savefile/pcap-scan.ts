// The quick look at the packets of a classic pcap that are only to be counted.

import type { Skimmer, Stretch, Window } from "./parser.ts";
import type { SkimmedRun } from "./skimmed-run.ts";

/** The longest packet that libpcap and Wireshark believe in a classic file (MAXIMUM_SNAPLEN). */
export const MAX_PACKET = 262_144;
/** Seconds, fraction, bytes captured and bytes on the wire. */
export const RECORD_HEADER = 16;

/** How a file writes its records. */
export interface RecordFields {
  readonly little: boolean;
  /** Fractions of a second in a second. */
  readonly fractions: number;
}

/**
 * Adds packets from `start` on to the run, up to one that is to be a record or is not plain or steps back in time, and
 * returns where that starts. Nearly every packet of a busy capture passes here, so the loop does nothing else and calls
 * nothing large: V8 compiles it early and for good, and what is rare does not make it do so again.
 */
export function scanRecords(
  { bytes, view }: Window,
  { start, end }: Stretch,
  { little, fractions }: RecordFields,
  run: SkimmedRun,
  skimmer: Skimmer,
): number {
  let at = start;
  while (end - at >= RECORD_HEADER) {
    const captured = view.getUint32(at + 8, little);
    const packet = at + RECORD_HEADER;
    if (captured > MAX_PACKET || captured > end - packet) break;
    const seconds = view.getUint32(at, little);
    const fraction = view.getUint32(at + 4, little);
    if (fraction >= fractions || !run.continues(seconds, fraction)) break;
    const kind = skimmer.kindOf(bytes, packet, packet + captured, 0);
    if (kind === 0) break;
    run.add(kind, seconds, fraction);
    at = packet + captured;
  }
  return at;
}
