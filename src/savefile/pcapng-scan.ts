// The quick look at the packets of a pcapng that are only to be counted; see pcap-scan.ts.

import type { Skimmer, Stretch, Window } from "./parser.ts";
import type { SkimmedRun } from "./skimmed-run.ts";

/** The longest block believed, as in libpcap (sf-pcapng.c): 16 MiB. */
export const MAX_BLOCK = 16 * 1024 * 1024;
export const ENHANCED_PACKET = 6;
/** Of an enhanced packet block, before the packet. */
export const PACKET_HEADER = 28;

// Header and second length.
const SHORTEST_PACKET = 32;

/** The runs of a section's interfaces, and those of them that have begun. */
export interface RunsOfInterfaces {
  readonly of: readonly (SkimmedRun | null)[];
  readonly begun: SkimmedRun[];
}

/**
 * Adds packets from `start` on to the runs of their interfaces (null where all of an interface are to be records), and
 * returns where the first lies that is to be a record or is not plain or steps back in time. Notes each run it begins.
 */
export function scanBlocks(
  { bytes, view }: Window,
  { start, end }: Stretch,
  little: boolean,
  { of: runs, begun }: RunsOfInterfaces,
  skimmer: Skimmer,
): number {
  let at = start;
  while (end - at >= SHORTEST_PACKET && view.getUint32(at, little) === ENHANCED_PACKET) {
    const total = view.getUint32(at + 4, little);
    const captured = view.getUint32(at + 20, little);
    // A block without options, and of consistent lengths.
    if (captured > MAX_BLOCK || total !== SHORTEST_PACKET + ((captured + 3) & ~3) || total > end - at) break;
    if (view.getUint32(at + total - 4, little) !== total) break;
    const index = view.getUint32(at + 8, little);
    const run = index < runs.length ? (runs[index] as SkimmedRun | null) : null;
    if (run === null) break;
    const high = view.getUint32(at + 12, little);
    const low = view.getUint32(at + 16, little);
    if (!run.continues(high, low)) break;
    const packet = at + PACKET_HEADER;
    const kind = skimmer.kindOf(bytes, packet, packet + captured, index);
    if (kind === 0) break;
    if (run.packets === 0) begun.push(run);
    run.add(kind, high, low);
    at += total;
  }
  return at;
}
