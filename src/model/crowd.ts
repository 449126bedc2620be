// A crowd: flows that differ only in an address or two, counted together. A scan of 50,000 addresses is one story.

import type { Ipv4 } from "./address.ts";
import type { Nanoseconds } from "./time.ts";

/** So many like flows are a crowd, and are told as one. */
export const LEAST_OF_CROWD = 16;

/** What its flows have in common, and how they ended. Counts include flows that were let go of for want of room. */
export interface Crowd {
  /** One asker and many targets, one target and many askers, one pair again and again, or ever new pairs. */
  readonly shared: "asker" | "target" | "pair" | "nothing";
  readonly kind: "ping" | "arp" | "icmp-error" | "tcp" | "udp" | "other";
  /** The asker, where it is shared. */
  readonly src: Ipv4 | null;
  /** The target, where it is shared. */
  readonly dst: Ipv4 | null;
  /** Distinct addresses where one side is shared, else flows. */
  readonly members: number;
  /** Members of which at least one question was answered. */
  readonly answered: number;
  /** Flows of which nothing but these counts is kept. */
  readonly onlyCounted: number;
  readonly from: Nanoseconds | null;
  readonly to: Nanoseconds | null;
}

/** A flow's place in its crowd. */
export interface InCrowd {
  readonly crowd: Crowd;
  /** How its flow went: flows of one crowd that went alike have the same. */
  readonly likeness: string;
  /** Flows of the crowd that went so. */
  readonly alike: number;
}
