// Finds the frame of a capture that a dropped packet was: by interface, length, direction and time.

import { frameHeader } from "../model/outer.ts";
import type { Packet } from "../model/packet.ts";
import type { Nanoseconds } from "../model/time.ts";
import type { KernelDrop, Passing } from "./event.ts";

// Trace events have microseconds; event and capture stamp lie within 3 µs (measured), more where an interrupt comes between.
const SAME_FRAME = 20_000n;
const SAME_TIME = 100_000n;
// Two frames that fit about as well: neither is said to be it.
const TELLABLE = 2_000n;
const ETHERNET = 14;
const VLAN_TAG = 4;

/** Frames of captures by their interface's name. */
export class FrameFinder {
  readonly #byName = new Map<string, Packet[]>();
  readonly #directionOf: (packet: Packet) => "in" | "out" | null;

  constructor(packets: readonly Packet[], directionOf: (packet: Packet) => "in" | "out" | null) {
    this.#directionOf = directionOf;
    for (const packet of packets) {
      const { vantage, time } = packet.frame;
      if (vantage.interface === null || time === null) continue;
      const same = this.#byName.get(vantage.interface);
      if (same) same.push(packet);
      else this.#byName.set(vantage.interface, [packet]);
    }
  }

  /** The frame seen when this passed; null where none was, or where two are as likely. */
  frameOf(passing: Passing): Packet | null {
    return this.#nearest(passing, passing.way);
  }

  /** The frame that left by an interface when this, of the same data, came in by it: a copy that its host keeps. */
  sentWith(passing: Passing): Packet | null {
    return this.#nearest(passing, "out");
  }

  #nearest(passing: Passing, way: "in" | "out"): Packet | null {
    // Of the two times a packet passes lo, libpcap shows the second, which a busy CPU gets to later.
    const window = passing.interface === "lo" && passing.way === "out" ? SAME_TIME : SAME_FRAME;
    const fitting: { packet: Packet; apart: Nanoseconds }[] = [];
    for (const packet of this.#byName.get(passing.interface) ?? []) {
      const apart = distance(packet.frame.time as Nanoseconds, passing.time);
      if (apart > window || !lengthsOf(packet, passing.way).has(passing.length)) continue;
      const direction = this.#directionOf(packet);
      if (direction === null || direction === way) fitting.push({ packet, apart });
    }
    fitting.sort((a, b) => (a.apart < b.apart ? -1 : a.apart > b.apart ? 1 : 0));
    const [best, next] = fitting;
    if (best === undefined) return null;
    return next === undefined || next.apart - best.apart > TELLABLE ? best.packet : null;
  }
}

// Of a capture of nothing but pings, a quarter of a minute at 10,000 a second; beyond that nothing is sorted out.
const MOST_NOTED = 150_000;

/** Which packets were captured when: to sort out, of the drops of a whole machine, those of other packets. */
export class CapturedMoments {
  readonly #lengths = new Map<bigint, Set<number>>();
  #noted = 0;

  note(packet: Packet): void {
    const { time } = packet.frame;
    if (time === null || ++this.#noted > MOST_NOTED) return;
    const slot = time / SAME_TIME;
    const lengths = this.#lengths.get(slot) ?? new Set();
    this.#lengths.set(slot, lengths);
    for (const way of ["out", "in"] as const) for (const length of lengthsOf(packet, way)) lengths.add(length);
  }

  /** Whether the drop has to do with a captured packet, or is a system call of one of these processes. */
  concerns(drop: KernelDrop, pids: readonly number[]): boolean {
    if (this.#noted > MOST_NOTED || (drop.pid !== null && pids.includes(drop.pid))) return true;
    return [...drop.passed, ...(drop.beside === null ? [] : [drop.beside])].some(({ time, length }) => {
      const slot = time / SAME_TIME;
      return [slot - 1n, slot, slot + 1n].some((near) => this.#lengths.get(near)?.has(length));
    });
  }
}

function distance(a: Nanoseconds, b: Nanoseconds): Nanoseconds {
  return a > b ? a - b : b - a;
}

// skb->len: with the link header when it goes out (net_dev_queue), without it when it comes in (netif_receive_skb). A VLAN
// tag may be inside the data or beside it.
function lengthsOf(packet: Packet, way: "out" | "in"): ReadonlySet<number> {
  const { network, frame } = packet;
  const { link, vlans } = frameHeader(packet);
  const inner =
    link.kind === "ethernet" && frame.length !== null
      ? frame.length - ETHERNET - VLAN_TAG * vlans.length
      : packet.outer !== undefined
        ? null
        : network.kind === "arp"
          ? 28
          : network.kind === "icmp"
            ? network.ip.totalLength
            : null;
  if (inner === null) return new Set();
  const base = way === "out" ? inner + ETHERNET : inner;
  return new Set(vlans.length === 0 ? [base] : [base, base + VLAN_TAG * vlans.length]);
}
