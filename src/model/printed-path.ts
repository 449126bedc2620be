// What a program that follows a path printed: hop by hop, as lines of its own words.

import type { Ipv4 } from "./address.ts";
import type { IcmpWords } from "./ping-words.ts";

/** What came back for one hop from one address; like answers are counted. */
export interface PrintedBack {
  readonly from: Ipv4 | null;
  /** As it is named there; null where only its address stands there. */
  readonly name: string | null;
  readonly count: number;
  /** The error, where it is not the one that a hop's packets are meant to meet; null where it is that one, or an answer. */
  readonly error: (IcmpWords & { readonly words: string }) | null;
}

/** One line, or several, about one TTL. */
export interface PrintedHop {
  readonly ttl: number;
  /** The first of its lines as printed. */
  readonly line: string;
  /** Number of that line among those of the paste. */
  readonly number: number;
  readonly backs: readonly PrintedBack[];
  /** Probes told to be unanswered. */
  readonly silences: number;
  /** The longest time printed, in milliseconds. */
  readonly longest: number | null;
}

export interface PrintedPath {
  readonly target: Ipv4 | null;
  /** The target is nowhere named: it is taken to be the last that answered. */
  readonly isTargetGuessed: boolean;
  readonly hops: readonly PrintedHop[];
  /** Whether the target answered; null where that cannot be told. */
  readonly reached: boolean | null;
}
