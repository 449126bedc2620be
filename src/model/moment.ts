// What is known of one stretch of time in which the system stayed as it was.

import type { SystemState } from "./system-state.ts";
import type { Nanoseconds } from "./time.ts";

/** The system from one change to the next. */
export interface Moment {
  /** When it may have begun at the earliest, and from when on it surely held; null where it was so from the beginning. */
  readonly from: Nanoseconds | null;
  readonly surely: Nanoseconds | null;
  readonly state: SystemState;
  /** What told of the changes it began with, as it was printed. */
  readonly told: readonly ToldChange[];
}

/** A line that told of a change. */
export interface ToldChange {
  readonly netns: string;
  readonly by: "ip monitor" | "nft monitor" | "reading";
  /** Null where it was found by reading again. */
  readonly line: string | null;
}
