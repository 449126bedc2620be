// One streaming pipeline from packets to flows: journeys, exchanges, flows. It reads no clock; time is what packets
// and watermarks say. Memory is bounded: what had to be given up is counted.

import type { Exchange } from "../model/exchange.ts";
import type { Flow } from "../model/flow.ts";
import { startOf } from "../model/journey.ts";
import { journeysOf } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import type { Nanoseconds } from "../model/time.ts";
import { ExchangeBook, type OnSettled } from "./exchanges.ts";
import { FlowBook } from "./flows.ts";
import { JourneyTracker } from "./journeys.ts";
import type { ExchangeRecord } from "./records.ts";
import { TransportTracker } from "./transport/tracker.ts";

// One socket steps back by up to 43 µs across CPUs (measured).
const STEP_BACK = 50_000;

/** How much is kept open at a time. */
export interface FlowBounds {
  readonly journeys: number;
  /** Exchanges of any kind, and how many may be open before those go that only wait for duplicates. */
  readonly exchanges: number;
  readonly toldExchanges: number;
  readonly flows: number;
  /** TCP connections and UDP exchanges. */
  readonly connections: number;
}

// In a flood most time goes to collecting what outlived the young generation: few exchanges wait for duplicates only.
const BOUNDS: FlowBounds = { journeys: 16384, exchanges: 16384, toldExchanges: 256, flows: 4096, connections: 32768 };

/** The number of the moment of the system at a time. */
export type MomentAt = (time: Nanoseconds) => number;

// Where nothing of the question was seen, its answer tells when.
function momentOf(exchange: Exchange, momentAt: MomentAt): number {
  const [first] = journeysOf(exchange);
  const time = first === undefined ? null : startOf(first);
  return time === null ? 0 : momentAt(time);
}

/**
 * Follows packets, given in nearly the order of time, and yields their flows. `onSettled` is called when an exchange
 * can be told (its answer arrived, its error was seen, its ARP round ended, or nothing came for 3.3 s), and again
 * where something is added to it later. An ARP flow told so may be merged into a ping's flow by `finish`.
 */
export class FlowTracker {
  readonly #journeys: JourneyTracker<ExchangeRecord>;
  readonly #exchanges: ExchangeBook;
  readonly #transport: TransportTracker;
  readonly #flows: FlowBook;
  #start: Nanoseconds | null = null;
  #now = 0;
  #late = 0;
  #finished: Flow[] | null = null;

  constructor(options: { onSettled?: OnSettled; bounds?: Partial<FlowBounds>; momentAt?: MomentAt | null } = {}) {
    const bounds = { ...BOUNDS, ...options.bounds };
    const { momentAt = null } = options;
    this.#flows = new FlowBook(bounds.flows, momentAt === null ? null : (exchange) => momentOf(exchange, momentAt));
    this.#journeys = new JourneyTracker(bounds.journeys);
    this.#transport = new TransportTracker(this.#flows, bounds);
    this.#exchanges = new ExchangeBook(this.#flows, this.#journeys, bounds, options.onSettled ?? null);
  }

  /** Journeys and exchanges given up for want of room before their time. */
  get evicted(): number {
    return this.#journeys.evicted + this.#exchanges.evicted + this.#transport.evicted;
  }

  /** Flows that had ended and are only counted now, with those like them, for want of room. */
  get onlyCounted(): number {
    return this.#flows.letGo;
  }

  /** Packets older than the time reached by more than sockets step back: what belonged to them may be closed. */
  get late(): number {
    return this.#late;
  }

  /** Takes the next packet of ARP, ICMP, TCP or UDP. */
  push(packet: Packet): void {
    const { kind } = packet.network;
    if (kind === "other") return;
    const at = this.#timeOf(packet.frame.time);
    if (at > this.#now) this.#now = at;
    else if (at < this.#now - STEP_BACK) this.#late++;
    if (this.#exchanges.due <= this.#now) this.#exchanges.advance(this.#now);
    if (this.#transport.due <= this.#now) this.#transport.advance(this.#now);
    if (kind === "tcp" || kind === "udp") {
      this.#transport.push(packet, at, this.#now);
      return;
    }
    if (kind === "icmp" && this.#transport.due !== Number.POSITIVE_INFINITY)
      if (this.#transport.error(packet, at, this.#now)) return;
    const journey = this.#journeys.sight(packet, at, this.#now);
    if (journey.owner === null) this.#exchanges.take(journey, at, this.#now);
    this.#exchanges.sighted(journey, packet, at);
  }

  /** Says that nothing older than this will come. */
  advance(watermark: Nanoseconds): void {
    if (this.#start === null) return;
    const at = Number(watermark - this.#start);
    if (at > this.#now) this.#now = at;
    this.#exchanges.advance(this.#now);
    this.#transport.advance(this.#now);
  }

  /** Closes everything and yields the flows, in order of first sight. */
  finish(): Flow[] {
    if (this.#finished === null) {
      this.#exchanges.finish();
      this.#transport.finish();
      this.#finished = this.#flows.finish();
    }
    return this.#finished;
  }

  // A packet without a time stamp comes when it comes.
  #timeOf(time: Nanoseconds | null): number {
    if (time === null) return this.#now;
    this.#start ??= time;
    return Number(time - this.#start);
  }
}
