// What the kernel told through tracefs: packets it dropped, why and where, and the interfaces each had passed before.

import type { Nanoseconds } from "../model/time.ts";

/** A packet at an interface: `net_dev_queue` before it is sent, `netif_receive_skb` when the stack gets it. */
export interface Passing {
  readonly time: Nanoseconds;
  readonly way: "out" | "in";
  readonly interface: string;
  /** Without the link header when it comes in, with it when it goes out, as the kernel counts. */
  readonly length: number;
}

/** One `kfree_skb`. Events carry no namespace and no addresses: what a drop belongs to is found by what it passed. */
export interface KernelDrop {
  readonly time: Nanoseconds;
  /** As the kernel names it; null before 5.17, where drops have no reason. */
  readonly reason: string | null;
  /** The function that dropped it; null where the kernel hides its symbols. */
  readonly location: string | null;
  /** EtherType. */
  readonly protocol: number;
  readonly cpu: number;
  /** The process whose system call it was, in the first PID namespace; null in an interrupt, where it may be anybody's. */
  readonly pid: number | null;
  /** Where this packet had passed just before, first one first; empty where it passed no interface that was followed. */
  readonly passed: readonly Passing[];
  /** Of one that passed nothing: what another packet passed on the same CPU in the same moment. */
  readonly beside: Passing | null;
}

/** Why nothing was traced. */
export type Untraced =
  | "not-asked"
  | "no-tracefs"
  | "not-mounted"
  | "no-permission"
  | "no-instance"
  | "no-event"
  | "no-clock";

/** A time during which drops were traced. */
export interface Traced {
  readonly kind: "traced";
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
  /** Interfaces whose packets were followed, by name, in whichever namespace. Empty: only drops were traced. */
  readonly interfaces: readonly string[];
  /** Events that the kernel overwrote before they were read. */
  readonly lost: number;
  /** From here on only drops were traced, not what passed: there was too much of it. */
  readonly dropsOnlySince: Nanoseconds | null;
  /** Drops that were left out for lack of room. */
  readonly omitted: number;
  /** Processes of the commands that were watched, where their numbers mean the same to the kernel as to us. */
  readonly pids: readonly number[];
  /** Those that have to do with packets that were captured or with the commands: events are of the whole machine. */
  readonly drops: readonly KernelDrop[];
}

/** Kernel events of a run, or why there are none. */
export type KernelEvents = Traced | { readonly kind: "untraced"; readonly because: Untraced };
