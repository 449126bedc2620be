// How one host's clock goes by another's.

import { type Nanoseconds, SECOND } from "./time.ts";

/** What is to be added to a clock's times: so much at one moment, and more or less of it as time goes on. */
export interface ClockFit {
  /** Whose clock it is, in a case of several hosts. */
  readonly host?: string;
  readonly add: Nanoseconds;
  /** Nanoseconds to add further for each second after `from`. */
  readonly drift: number;
  /** The moment at which `add` holds, by the clock that is off. */
  readonly from: Nanoseconds;
  /** How far off a corrected time may still be; null is not known: packets went one way only. */
  readonly residual: Nanoseconds | null;
  /** Packets that it was measured on. */
  readonly matched: number;
}

/** Nothing shows that it is off. */
export const IN_TIME: ClockFit = { add: 0n, drift: 0, from: 0n, residual: null, matched: 0 };

/** A time of that clock, by the other one. */
export function corrected(time: Nanoseconds, { add, drift, from }: ClockFit): Nanoseconds {
  if (drift === 0) return time + add;
  return time + add + BigInt(Math.round((Number(time - from) / Number(SECOND)) * drift));
}

/** The fit of a clock that is off by as much all the time. */
export function clockOf(clock: Nanoseconds | ClockFit): ClockFit {
  return typeof clock === "bigint" ? { ...IN_TIME, add: clock } : clock;
}
