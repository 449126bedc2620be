// Joins the sightings of one packet at several vantages into its journey.

import type { Journey } from "../model/journey.ts";
import { frameHeader, isInsideSame } from "../model/outer.ts";
import type { Packet } from "../model/packet.ts";
import { DelayList } from "./delay-list.ts";
import { journeyHash, samePacket } from "./identity.ts";
import { arrange, isRagged } from "./order.ts";

// How long after its last sighting a packet may turn up again: netem delays reach a second. ARP retries are
// byte-identical and come every 1.02 s (retrans_time at HZ=250), so less than that.
const ICMP_WINDOW = 2e9;
const ARP_WINDOW = 0.9e9;
// Nobody repeats a question within a millisecond, and a local link takes less.
const PROMPT = 1e6;
const FORGOTTEN_TOO_SOON = 50e6;
const BUCKETS = 1 << 14;
// A flood of like packets must not make each one search through all of the others.
const LONGEST_SEARCH = 128;

/** A journey while it is followed. */
export class JourneyRecord<Owner> implements Journey {
  readonly id: number;
  sightings: Packet[];
  orderInferred = false;
  /** What it was sorted into by its first sighting. */
  owner: Owner | null = null;
  /** Times of the first and the latest sighting, nanoseconds after the tracker's start. */
  readonly firstAt: number;
  lastAt: number;
  readonly hash: number;
  /** No further sighting can join. */
  released = false;
  next: JourneyRecord<Owner> | null = null;
  previous: JourneyRecord<Owner> | null = null;
  older: JourneyRecord<Owner> | null = null;
  newer: JourneyRecord<Owner> | null = null;
  since = 0;
  #ragged = false;

  constructor(id: number, packet: Packet, at: number, hash: number) {
    this.id = id;
    this.sightings = [packet];
    this.firstAt = at;
    this.lastAt = at;
    this.hash = hash;
  }

  add(packet: Packet, at: number): void {
    const last = this.sightings[this.sightings.length - 1] as Packet;
    if (packet.frame.time === null || isRagged(last, packet, at - this.lastAt)) this.#ragged = true;
    // A growing array reserves room for 17; most journeys have 2 to 4 sightings.
    if (this.sightings.length < 8) this.sightings = [...this.sightings, packet];
    else this.sightings.push(packet);
    if (at > this.lastAt) this.lastAt = at;
  }

  /** Puts the sightings in the order in which the kernel moved the packet. */
  settleOrder(): void {
    if (!this.#ragged) return;
    const { sightings, inferred } = arrange(this.sightings);
    this.sightings = sightings;
    this.orderInferred = inferred;
  }
}

/** Follows packets from vantage to vantage. Times are nanoseconds after a common start; `now` never steps back. */
export class JourneyTracker<Owner> {
  readonly #bound: number;
  readonly #buckets: (JourneyRecord<Owner> | null)[] = new Array(BUCKETS).fill(null);
  readonly #open = new DelayList<JourneyRecord<Owner>>(ICMP_WINDOW);
  #count = 0;
  #evicted = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Journeys given up, for want of room, so soon that a sighting may have been missed. */
  get evicted(): number {
    return this.#evicted;
  }

  /** The journey this sighting belongs to; a new one where it holds this sighting alone. */
  sight(packet: Packet, at: number, now: number): JourneyRecord<Owner> {
    this.#forget(now);
    const network = packet.network;
    const hash = network.kind === "other" ? 0 : journeyHash(network);
    const bucket = hash & (BUCKETS - 1);
    const head = this.#buckets[bucket] as JourneyRecord<Owner> | null;
    const found = this.#match(head, hash, packet, at);
    if (found !== null) {
      found.add(packet, at);
      return found;
    }
    const journey = new JourneyRecord<Owner>(++this.#count, packet, at, hash);
    journey.next = head;
    if (head !== null) head.previous = journey;
    this.#buckets[bucket] = journey;
    this.#open.push(now, journey);
    return journey;
  }

  /** Says that no further sighting of this packet matters. */
  release(journey: JourneyRecord<Owner>): void {
    if (!journey.released) this.#unlink(journey);
  }

  // Several like packets pair in order, k-th with k-th; but one that was asked again long after the first is not the
  // first one turning up late, when the repetition was sent just now.
  #match(head: JourneyRecord<Owner> | null, hash: number, packet: Packet, at: number): JourneyRecord<Owner> | null {
    let best: JourneyRecord<Owner> | null = null;
    let bestIsPrompt = false;
    const window = packet.network.kind === "arp" ? ARP_WINDOW : ICMP_WINDOW;
    let left = LONGEST_SEARCH;
    for (let journey = head; journey !== null && left > 0; journey = journey.next) {
      left--;
      if (journey.hash !== hash) continue;
      const gap = at - journey.lastAt;
      if (gap > window || gap < -window) continue;
      const prompt = gap < PROMPT;
      if (bestIsPrompt && !prompt) continue;
      if (wasHere(journey.sightings, packet) && !(prompt && isAnyDevice(packet))) continue;
      if (!samePacket(journey.sightings[0] as Packet, packet, Math.abs(gap))) continue;
      best = journey;
      bestIsPrompt = prompt;
    }
    return best;
  }

  #forget(now: number): void {
    for (let oldest = this.#open.first; oldest !== null; oldest = this.#open.first) {
      const tooMany = this.#open.size > this.#bound;
      if (!tooMany && now < this.#open.due) return;
      if (tooMany && now - oldest.since < FORGOTTEN_TOO_SOON) this.#evicted++;
      this.#unlink(oldest);
    }
  }

  #unlink(journey: JourneyRecord<Owner>): void {
    const { previous, next } = journey;
    if (previous === null) this.#buckets[journey.hash & (BUCKETS - 1)] = next;
    else previous.next = next;
    if (next !== null) next.previous = previous;
    this.#open.remove(journey);
    journey.previous = null;
    journey.released = true;
    journey.next = null;
  }
}

// LINUX_SLL, which `-i any` used to write, does not name the interface: one vantage shows all that a packet passes.
function isAnyDevice(packet: Packet): boolean {
  const { link } = frameHeader(packet);
  return link.kind === "cooked" && link.interfaceIndex === null;
}

function ttlOf({ network }: Packet): number | null {
  return network.kind === "arp" ? null : (network.ip?.ttl ?? null);
}

// The same bytes at the same place in the same direction are another packet, unless the TTL fell: then it came round.
function wasHere(sightings: readonly Packet[], packet: Packet): boolean {
  for (let i = 0; i < sightings.length; i++) {
    const seen = sightings[i] as Packet;
    if (seen.frame.vantage !== packet.frame.vantage || seen.frame.direction !== packet.frame.direction) continue;
    // A tunnel's end that sends by the device it was asked on: the packet, and then the packet inside of another.
    if (!isInsideSame(seen, packet)) continue;
    const before = ttlOf(seen);
    const after = ttlOf(packet);
    if (before === null || after === null || after >= before) return true;
  }
  return false;
}
