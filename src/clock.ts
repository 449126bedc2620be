// The one place that reads the time: the time of day as packets carry it, and spans that no setting of it disturbs.

import { uptime } from "node:os";
import { MICROSECOND, MILLISECOND, type Nanoseconds } from "./model/time.ts";

// Both clocks are slewed alike: the finer one outside what Date said just before and after it means that the time was set.
const SET_MS = 2;
const MOST_TRIES = 100;

let origin = performance.timeOrigin;

/** Nanoseconds since the epoch, to the microsecond; follows the system's clock where that is set. */
export function now(): Nanoseconds {
  const before = Date.now();
  let fine = origin + performance.now();
  if (fine < before - SET_MS || fine > Date.now() + SET_MS) {
    origin = originNow();
    fine = origin + performance.now();
  }
  return BigInt(Math.round(fine * 1000)) * MICROSECOND;
}

// Whoever is kept from the processor between two readings must read again.
function originNow(): number {
  for (let tries = 0; ; tries++) {
    const before = Date.now();
    const span = performance.now();
    if (Date.now() === before || tries === MOST_TRIES) return before - span;
  }
}

/** Milliseconds since some moment, never set and never turned back: for spans. */
export function elapsedMs(): number {
  return performance.now();
}

/** Seconds since the system started, as the kernel's log counts. */
export function uptimeSeconds(): number {
  return uptime();
}

/** What is to be added to the monotonic clock to have the time of day, known to about a microsecond. */
export function monotonicOffset(): Nanoseconds {
  let best: Nanoseconds | null = null;
  for (let round = 0; round < 5; round++) {
    const before = Date.now();
    let after = before;
    // Date has milliseconds: what is known well is the moment at which it changes.
    while (after === before) after = Date.now();
    const offset = BigInt(after) * MILLISECOND - process.hrtime.bigint();
    if (best === null || offset > best) best = offset;
  }
  return best as Nanoseconds;
}
