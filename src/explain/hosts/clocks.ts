// How the clocks of several hosts go by the first one's: packets that cross both ways leave no room but between the two
// differences, since no delay is below zero. A line through that room is offset and drift.

import { type ClockFit, corrected, IN_TIME } from "../../model/clock-fit.ts";
import type { Nanoseconds } from "../../model/time.ts";
import type { Crossing } from "./sights.ts";

// Below so many pairs, or in so short a time, what looks like drift is delay.
const FEWEST_FOR_DRIFT = 6;
const SHORTEST_FOR_DRIFT = 2 * 1e9;
// A clock that drifts by more is broken, or was set meanwhile.
const LARGEST_DRIFT = 1e6;
// Queues fill and empty by as much over a capture (measured between namespaces).
const SMALLEST_MOVE = 50_000;
const LARGEST_CROSSING = 100_000;
const MOST_SAMPLES = 300;
// What goes one way only cannot tell delay from clock: beyond this, no wire delays for so long.
const LONGEST_DELAY = 50 * 1e6;

/** The clock of each host by the first that can be compared with others; a host that shares no packets is taken as right. */
export function hostClocks(hosts: readonly string[], crossings: readonly Crossing[]): Map<string, ClockFit> {
  const clocks = new Map<string, ClockFit>();
  const [first] = hosts;
  if (first !== undefined) clocks.set(first, IN_TIME);
  // A host may share packets only with one that is not the first.
  for (let placed = true; placed; ) {
    placed = false;
    for (const host of hosts) {
      if (clocks.has(host)) continue;
      const fits = hosts.flatMap((other) => {
        const reference = clocks.get(other);
        const fit = reference && fitOf(host, other, reference, crossings);
        return fit ? [fit] : [];
      });
      const [best] = fits.sort((a, b) => b.matched - a.matched);
      if (best === undefined) continue;
      clocks.set(host, best);
      placed = true;
    }
  }
  return clocks;
}

/** A bound on what is to be added: by a packet that came, at most; by one that left, at least. */
interface Bound {
  readonly at: number;
  readonly value: number;
}

function fitOf(host: string, other: string, reference: ClockFit, crossings: readonly Crossing[]): ClockFit | null {
  const most: Bound[] = [];
  const least: Bound[] = [];
  let from: Nanoseconds | null = null;
  const bound = (own: Nanoseconds, others: Nanoseconds): Bound => {
    from ??= own;
    return { at: Number(own - from), value: Number(corrected(others, reference) - own) };
  };
  for (const { out, in: came } of crossings) {
    // What was seen there no later than here bounds from one side, and the other way round.
    if (out.host === other && came.host === host) least.push(bound(came.time, out.time));
    if (out.host === host && came.host === other) most.push(bound(out.time, came.time));
  }
  const matched = most.length + least.length;
  if (from === null || matched === 0) return null;
  if (most.length === 0 || least.length === 0) return oneWay(most, least, { from, matched });
  const line = lineBetween(most, least, reference.drift !== 0);
  // Where a clock that is right lies in the room too, nothing shows that it is off.
  const isRight = (bounds: readonly Bound[], sign: number): boolean => bounds.every(({ value }) => sign * value >= 0);
  const residual = BigInt(Math.round(line.room / 2));
  if (isRight(most, 1) && isRight(least, -1)) return { ...IN_TIME, from, residual, matched };
  return { add: BigInt(Math.round(line.add)), drift: line.drift, from, residual, matched };
}

// Of one direction, the smallest delay is taken for none, where the clock is off beyond any delay or against all sense.
function oneWay(
  most: readonly Bound[],
  least: readonly Bound[],
  { from, matched }: Pick<ClockFit, "from" | "matched">,
): ClockFit {
  const nearest = most.length > 0 ? Math.min(...values(most)) : Math.max(...values(least));
  const isAgainstSense = most.length > 0 ? nearest < 0 : nearest > 0;
  const isOff = isAgainstSense || Math.abs(nearest) > LONGEST_DELAY;
  return { ...IN_TIME, add: isOff ? BigInt(Math.round(nearest)) : 0n, from, matched };
}

function values(bounds: readonly Bound[]): number[] {
  return bounds.map(({ value }) => value);
}

interface Line {
  readonly add: number;
  /** Nanoseconds a second. */
  readonly drift: number;
  /** How wide the room is in which the line may lie. */
  readonly room: number;
}

// By a clock whose drift was measured, any drift may be what that was measured wrong by.
function lineBetween(most: readonly Bound[], least: readonly Bound[], byDrifting: boolean): Line {
  const samples = thinned(pairs(most, least));
  const near = driftOf(samples, byDrifting);
  const drift = near === 0 ? 0 : roomiest(most, least, near);
  const flat = (bounds: readonly Bound[]): number[] => bounds.map(({ at, value }) => value - (drift * at) / 1e9);
  // With the drift taken out, the tightest bounds are those that hardly waited anywhere.
  const top = Math.min(...flat(most));
  const bottom = Math.max(...flat(least));
  // A drift that is off by a little lets them cross by a little: then what contradicts them least.
  if (bottom - top < LARGEST_CROSSING) return { add: (top + bottom) / 2, drift, room: Math.abs(top - bottom) };
  const middle = medianOf(flat(samples));
  return { add: middle, drift, room: 2 * Math.max(...flat(samples).map((value) => Math.abs(value - middle))) };
}

const DRIFT_UNSURE = 5_000;
const ROUNDS = 40;

// Of the drifts near this one, that which leaves most room between the bounds: the room is concave in it, a third of the
// way is given up each round.
function roomiest(most: readonly Bound[], least: readonly Bound[], near: number): number {
  const roomAt = (drift: number): number => {
    let top = Number.POSITIVE_INFINITY;
    for (const { at, value } of most) top = Math.min(top, value - (drift * at) / 1e9);
    let bottom = Number.NEGATIVE_INFINITY;
    for (const { at, value } of least) bottom = Math.max(bottom, value - (drift * at) / 1e9);
    return top - bottom;
  };
  let low = near - DRIFT_UNSURE;
  let high = near + DRIFT_UNSURE;
  for (let round = 0; round < ROUNDS; round++) {
    const third = (high - low) / 3;
    if (roomAt(low + third) < roomAt(high - third)) low += third;
    else high -= third;
  }
  return (low + high) / 2;
}

// Each packet with the nearest one the other way.
function pairs(most: readonly Bound[], least: readonly Bound[]): Bound[] {
  const sorted = [...least].sort((a, b) => a.at - b.at);
  let near = 0;
  return [...most]
    .sort((a, b) => a.at - b.at)
    .map(({ at, value }) => {
      while (
        near + 1 < sorted.length &&
        Math.abs((sorted[near + 1] as Bound).at - at) <= Math.abs((sorted[near] as Bound).at - at)
      )
        near++;
      const other = sorted[near] as Bound;
      return { at: (at + other.at) / 2, value: (value + other.value) / 2 };
    });
}

function thinned(samples: readonly Bound[]): Bound[] {
  const step = Math.max(1, Math.ceil(samples.length / MOST_SAMPLES));
  return samples.filter((_, index) => index % step === 0);
}

// Theil and Sen: the median of all slopes, which a few late packets do not bend.
function driftOf(samples: readonly Bound[], any: boolean): number {
  const times = samples.map(({ at }) => at);
  const span = Math.max(...times) - Math.min(...times);
  if (samples.length < FEWEST_FOR_DRIFT || span < SHORTEST_FOR_DRIFT) return 0;
  const slopes: number[] = [];
  for (const [index, a] of samples.entries())
    for (const b of samples.slice(index + 1))
      if (Math.abs(b.at - a.at) > span / 4) slopes.push(((b.value - a.value) / (b.at - a.at)) * 1e9);
  const drift = slopes.length === 0 ? 0 : medianOf(slopes);
  if (any) return Math.abs(drift) < LARGEST_DRIFT ? drift : 0;
  // What the line moves over the whole capture must be more than what delays move it by.
  const spread = medianOf(
    samples.map(({ at, value }) => Math.abs(value - (drift * at) / 1e9 - flatMiddle(samples, drift))),
  );
  const moved = (Math.abs(drift) * span) / 1e9;
  return moved > Math.max(4 * spread, SMALLEST_MOVE) && Math.abs(drift) < LARGEST_DRIFT ? drift : 0;
}

function flatMiddle(samples: readonly Bound[], drift: number): number {
  return medianOf(samples.map(({ at, value }) => value - (drift * at) / 1e9));
}

function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
