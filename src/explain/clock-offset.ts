// How far apart the clocks of two files are, by packets that both of them show. A request and its reply cross the way
// between the two capture points in opposite directions, so that delay and clock can be told apart: with no delay below
// zero, the true offset lies between the requests' difference and the replies'.

import type { Packet } from "../model/packet.ts";
import { MILLISECOND, type Nanoseconds, SECOND } from "../model/time.ts";

/** What can be said of one file's clock. */
export interface ClockOffset {
  /** To be added to each of its times, so that they fit the first file's; 0 where nothing shows that clocks differ. */
  readonly add: Nanoseconds;
  /** Packets seen in both files. */
  readonly matched: number;
}

// Two packets can agree by chance of a leap second or of a retransmission; a few make a measurement.
const FEWEST = 2;
// Differences scatter by queueing; a clock that was set in between scatters by more.
const SCATTER = 50n * MILLISECOND;
// Of one-way packets alone: no local path delays for longer (netem's largest in use is a second).
const LONGEST_DELAY = 2n * SECOND;

interface Sight {
  readonly time: Nanoseconds;
  readonly reply: boolean;
}

/** Offsets of files by the first packets of each, against the first file (or one that was placed by it). */
export function clockOffsets(files: readonly (readonly Packet[])[]): ClockOffset[] {
  const sights = files.map(sightsOf);
  const found: (ClockOffset | null)[] = files.map(() => null);
  if (files.length > 0) found[0] = { add: 0n, matched: 0 };
  // A file may share packets only with one that is not the first: go on until nothing more can be placed.
  for (let placed = true; placed; ) {
    placed = false;
    for (let i = 1; i < files.length; i++) {
      if (found[i] !== null) continue;
      for (let j = 0; j < files.length && found[i] === null; j++) {
        const reference = found[j];
        if (reference === null || reference === undefined) continue;
        const ahead = difference(sights[j] as Map<string, Sight>, sights[i] as Map<string, Sight>);
        if (ahead === null) continue;
        found[i] = { add: reference.add - ahead.offset, matched: ahead.matched };
        placed = true;
      }
    }
  }
  return found.map((one) => one ?? { add: 0n, matched: 0 });
}

/** How far `b` is ahead of `a`; null where too few packets are in both, or they disagree. */
function difference(
  a: ReadonlyMap<string, Sight>,
  b: ReadonlyMap<string, Sight>,
): { offset: Nanoseconds; matched: number } | null {
  const asked: Nanoseconds[] = [];
  const answered: Nanoseconds[] = [];
  for (const [key, there] of b) {
    const here = a.get(key);
    if (here !== undefined) (there.reply ? answered : asked).push(there.time - here.time);
  }
  const matched = asked.length + answered.length;
  if (matched < FEWEST || !agree(asked) || !agree(answered)) return null;
  const [x, y] = [median(asked), median(answered)];
  if (x === null || y === null) {
    const only = x ?? y ?? 0n;
    return { offset: magnitude(only) > LONGEST_DELAY ? only : 0n, matched };
  }
  const [low, high] = x < y ? [x, y] : [y, x];
  return { offset: low <= 0n && high >= 0n ? 0n : (low + high) / 2n, matched };
}

/** Echo packets by what identifies one among many: its numbers and its payload; those that repeat are left out. */
function sightsOf(packets: readonly Packet[]): Map<string, Sight> {
  const sights = new Map<string, Sight>();
  const ambiguous = new Set<string>();
  for (const { frame, network } of packets) {
    if (network.kind !== "icmp" || network.icmp?.body.kind !== "echo" || frame.time === null) continue;
    const { ip, icmp } = network;
    const { body } = icmp;
    if (body.kind !== "echo" || !ip.identification) continue;
    const key = [ip.identification, icmp.type, body.id, body.sequence, network.payloadHash, ip.source].join("/");
    const known = sights.get(key);
    if (known === undefined) sights.set(key, { time: frame.time, reply: body.reply });
    // The same packet at the next interface of the same file comes within milliseconds.
    else if (magnitude(frame.time - known.time) > SCATTER) ambiguous.add(key);
  }
  for (const key of ambiguous) sights.delete(key);
  return sights;
}

function agree(differences: readonly Nanoseconds[]): boolean {
  const middle = median(differences);
  if (middle === null) return true;
  const near = differences.filter((one) => magnitude(one - middle) <= SCATTER).length;
  return 4 * near >= 3 * differences.length;
}

function median(values: readonly Nanoseconds[]): Nanoseconds | null {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[sorted.length >> 1] ?? null;
}

function magnitude(value: Nanoseconds): Nanoseconds {
  return value < 0n ? -value : value;
}
