// The order of one packet's sightings: by time stamp, and where stamps are too close to tell, by how packets move.

import { isInsideSame } from "../model/outer.ts";
import type { Packet } from "../model/packet.ts";

// Time stamps of the two ends of a veth pair lie 1 to 40 µs apart and can tie at microseconds; one socket can step
// back by up to 43 µs across CPUs (measured).
const TELLING = 3_000n;
const CLEARLY_APART = Number(TELLING);
const STEP_BACK = 50_000n;

/** A packet's sightings in order, and whether anything but stamps and known directions had to decide. */
export interface Arranged {
  readonly sightings: Packet[];
  readonly inferred: boolean;
}

/** Whether two sightings in order of arrival may need `arrange`; gap in nanoseconds. */
export function isRagged(before: Packet, after: Packet, gap: number): boolean {
  if (gap > Number(STEP_BACK)) return false;
  const from = before.frame.direction;
  const to = after.frame.direction;
  if (gap > 0 && from === "out" && to === "in") return false;
  // Stamps that are clearly apart tell the order, unless a packet seems to enter before it left, or its TTL to rise.
  return gap < CLEARLY_APART || (from === "in" && to === "out") || ttlOf(before) !== ttlOf(after);
}

/** Orders the sightings of one packet. The result does not depend on the order they are given in. */
export function arrange(given: readonly Packet[]): Arranged {
  if (given.some((p) => p.frame.time === null)) return { sightings: [...given], inferred: given.length > 1 };
  const sightings = [...given].sort(byTime);
  let inferred = false;
  // Bubble: a journey has few sightings, and only neighbours in time trade places.
  for (let pass = 1; pass < sightings.length; pass++) {
    let moved = false;
    for (let i = 0; i + 1 < sightings.length; i++) {
      const a = sightings[i] as Packet;
      const b = sightings[i + 1] as Packet;
      const verdict = judge(i > 0 ? (sightings[i - 1] as Packet) : null, a, b);
      if (!verdict.swap) continue;
      sightings[i] = b;
      sightings[i + 1] = a;
      moved = true;
      if (verdict.inferred) inferred = true;
    }
    if (!moved) break;
  }
  for (let i = 0; i + 1 < sightings.length && !inferred; i++) {
    inferred = isGuess(sightings[i] as Packet, sightings[i + 1] as Packet);
  }
  return { sightings, inferred };
}

function judge(before: Packet | null, a: Packet, b: Packet): { swap: boolean; inferred: boolean } {
  const gap = timeOf(b) - timeOf(a);
  const stay = { swap: false, inferred: false };
  if (gap > STEP_BACK || gap < 0n) return stay;
  const ttl = ttlOf(a);
  const later = ttlOf(b);
  // Forwarding only ever lowers the TTL (ip_decrease_ttl).
  if (ttl !== null && later !== null && ttl !== later) return { swap: later > ttl, inferred: false };
  // What was inside a tunnel leaves it once.
  if (gap < TELLING && before?.outer !== undefined && a.outer === undefined && isInsideSame(before, b))
    return { swap: true, inferred: false };
  if (a.frame.direction !== "in" || b.frame.direction !== "out") {
    if (gap > 0n || a.frame.direction !== "out" || b.frame.direction !== "in") return stay;
    // A tie after a transmission: the reception of that comes first, as on a bridge port.
    return { swap: before?.frame.direction === "out", inferred: false };
  }
  // loopback_xmit hands a packet straight back: out, then in.
  if (a.frame.vantage === b.frame.vantage) return { swap: a.frame.vantage.interface === "lo", inferred: false };
  if (gap === 0n) return { swap: before?.frame.direction !== "out", inferred: false };
  // Received in one namespace, it cannot be sent in another without having crossed over.
  const here = a.frame.vantage.netns;
  const there = b.frame.vantage.netns;
  if (here !== null && there !== null && here !== there && before?.frame.direction !== "out") {
    return { swap: true, inferred: true };
  }
  return stay;
}

function isGuess(a: Packet, b: Packet): boolean {
  const gap = timeOf(b) - timeOf(a);
  if (gap >= TELLING) return false;
  const ttl = ttlOf(a);
  const later = ttlOf(b);
  if (ttl !== null && later !== null && ttl !== later) return false;
  return a.frame.direction === null || b.frame.direction === null || a.frame.direction === b.frame.direction;
}

function byTime(a: Packet, b: Packet): number {
  const gap = timeOf(a) - timeOf(b);
  if (gap !== 0n) return gap < 0n ? -1 : 1;
  return a.frame.vantage.id - b.frame.vantage.id || a.frame.number - b.frame.number;
}

function timeOf(packet: Packet): bigint {
  return packet.frame.time ?? 0n;
}

function ttlOf(packet: Packet): number | null {
  const { network } = packet;
  return "ip" in network ? (network.ip?.ttl ?? null) : null;
}
