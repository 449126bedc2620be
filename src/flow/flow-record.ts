// A flow while it grows: its counts, its outcomes, and where and when it was active.

import type { Ipv4 } from "../model/address.ts";
import type { InCrowd } from "../model/crowd.ts";
import type { Exchange, TransportExchange } from "../model/exchange.ts";
import type { Flow, Outcome, TransportOutcome } from "../model/flow.ts";
import { journeysOf } from "../model/observed.ts";
import type { Nanoseconds } from "../model/time.ts";
import { signatureOf, signatureOfTransport, wentAlike } from "./signature.ts";

const OUTCOMES = 32;
const MOST_PAIRS = 64;
// Most flows of a flood have none.
const NO_PAIRS: FlowRecord["pairs"] = [];

/** The number of the moment in which an exchange began. */
export type MomentOf = (exchange: Exchange) => number;

/** Who asks whom, and what tells it from others between the same addresses: the ICMP id, or the port that is asked. */
export interface FlowKey {
  readonly kind: Flow["kind"];
  /** An unknown namespace fits any. */
  readonly netns: string | null;
  readonly src: Ipv4 | null;
  readonly dst: Ipv4;
  readonly key: number | null;
}

/** A flow, with the numbers that attribution needs. Times are nanoseconds after the tracker's start. */
export class FlowRecord implements Flow, FlowKey {
  id: number;
  readonly kind: Flow["kind"];
  netns: string | null;
  readonly src: Ipv4 | null;
  readonly dst: Ipv4;
  readonly icmpId: number | null;
  /** Of TCP and UDP. */
  readonly dstPort?: number;
  srcPort?: number | null;
  readonly key: number | null;
  /** Somebody asks by it, and ARP may be on its behalf. */
  readonly asks: boolean;
  requests = 0;
  replies = 0;
  duplicates = 0;
  errors = 0;
  rttMs: { min: number; avg: number; max: number } | null = null;
  from: Nanoseconds | null = null;
  to: Nanoseconds | null = null;
  readonly echoOutcomes: Outcome[] = [];
  readonly arpOutcomes: Outcome[] = [];
  readonly loneOutcomes: Outcome[] = [];
  transportOutcomes?: TransportOutcome[];
  inCrowd?: InCrowd;
  firstAt: number;
  lastAt: number;
  /** Numbers the moments of the system, so that no outcome holds exchanges of two; null where it stayed as it was. */
  momentOf: MomentOf | null = null;
  /** Exchanges that are still open. */
  open = 0;
  /** It waits to be let go of, was passed over once, or was let go of: then only its crowd counts it. */
  queued = false;
  spared = false;
  letGo = false;
  /** It stays as the example of those that went like it. */
  example = false;
  /** Who asked for whose MAC on behalf of this flow. */
  pairs: readonly (readonly [asker: Ipv4, target: Ipv4])[] = NO_PAIRS;
  #rtts = 0;
  #rttSum = 0;
  #before: Outcome | null = null;

  constructor(id: number, { kind, netns, src, dst, key }: FlowKey, at: number) {
    this.id = id;
    this.kind = kind;
    this.netns = netns;
    this.src = src;
    this.dst = dst;
    const hasPorts = kind === "tcp" || kind === "udp";
    this.icmpId = hasPorts ? null : key;
    if (hasPorts && key !== null) {
      this.dstPort = key;
      this.transportOutcomes = [];
    }
    this.key = key;
    this.asks = kind === "ping" || hasPorts;
    this.firstAt = at;
    this.lastAt = at;
  }

  /** Notes who asked for whom on its behalf; false where that is known, or too much. */
  addPair(asker: Ipv4, target: Ipv4): boolean {
    if (this.pairs.length >= MOST_PAIRS || this.hasPair(asker, target)) return false;
    this.pairs = [...this.pairs, [asker, target]];
    return true;
  }

  hasPair(asker: Ipv4, target: Ipv4): boolean {
    return this.pairs.some((pair) => pair[0] === asker && pair[1] === target);
  }

  /** Notes that a packet of this flow was seen; `at` and `time` are the same moment. */
  touch(at: number, time: Nanoseconds | null): void {
    if (at < this.firstAt || this.from === null) {
      this.firstAt = Math.min(at, this.firstAt);
      this.from = time ?? this.from;
    }
    if (at >= this.lastAt || this.to === null) {
      this.lastAt = Math.max(at, this.lastAt);
      this.to = time ?? this.to;
    }
  }

  /** Widens the span of time. */
  cover(firstAt: number, from: Nanoseconds | null, lastAt: number, to: Nanoseconds | null): void {
    if (from !== null) this.touch(firstAt, from);
    if (to !== null) this.touch(lastAt, to);
  }

  /** Counts one round trip, in nanoseconds. */
  addRoundTrip(ns: number): void {
    const ms = ns / 1e6;
    this.#rtts++;
    this.#rttSum += ms;
    if (this.rttMs === null) this.rttMs = { min: ms, avg: ms, max: ms };
    else {
      if (ms < this.rttMs.min) this.rttMs.min = ms;
      if (ms > this.rttMs.max) this.rttMs.max = ms;
      this.rttMs.avg = this.#rttSum / this.#rtts;
    }
  }

  /** Counts an exchange under the outcome it had; what exceeds the bound counts under the last outcome. */
  addOutcome(exchange: Exchange): void {
    const list = this.#listOf(exchange.kind);
    // Exchanges mostly end like the one before; comparing is cheaper than writing a signature.
    const before = this.#before;
    if (before !== null && this.momentOf === null && wentAlike(before.first, exchange)) {
      before.count++;
      before.last = exchange;
      return;
    }
    const moment = this.momentOf?.(exchange) ?? 0;
    const signature = moment === 0 ? signatureOf(exchange) : `${signatureOf(exchange)} @${moment}`;
    const known = list.find((one) => one.signature === signature);
    const outcome = known ?? (list.length >= OUTCOMES ? list[list.length - 1] : undefined);
    if (outcome !== undefined) {
      outcome.count++;
      if (known === undefined) return;
      outcome.last = exchange;
      this.#before = outcome;
      return;
    }
    const fresh: Outcome = { signature, count: 1, first: exchange, last: null };
    list.push(fresh);
    this.#before = fresh;
  }

  /** Notes a port that it asks from. */
  ports(port: number): void {
    this.srcPort = this.srcPort === undefined || this.srcPort === port ? port : null;
  }

  /** Counts a connection or UDP exchange under the outcome it had. */
  addConnection(exchange: TransportExchange): void {
    const list = this.transportOutcomes ?? [];
    const signature = signatureOfTransport(exchange);
    const known = list.find((one) => one.signature === signature);
    const outcome = known ?? (list.length >= OUTCOMES ? list[list.length - 1] : undefined);
    if (outcome === undefined) list.push({ signature, count: 1, first: exchange, last: null });
    else {
      outcome.count++;
      if (known !== undefined) outcome.last = exchange;
    }
  }

  /** Takes over the ARP outcomes of a flow that turns out to be this one's next-hop resolution. */
  absorb(other: FlowRecord): void {
    for (const outcome of other.arpOutcomes) {
      const known = this.arpOutcomes.find((one) => one.signature === outcome.signature);
      if (known !== undefined) {
        known.count += outcome.count;
        known.last = outcome.last ?? outcome.first;
      } else if (this.arpOutcomes.length < OUTCOMES) {
        this.arpOutcomes.push(outcome);
      } else (this.arpOutcomes[OUTCOMES - 1] as Outcome).count += outcome.count;
    }
    this.cover(other.firstAt, other.from, other.lastAt, other.to);
  }

  /** Puts the outcomes in order of first sight: answered exchanges are closed before unanswered ones. */
  arrangeOutcomes(): void {
    for (const list of [this.echoOutcomes, this.arpOutcomes, this.loneOutcomes]) {
      list.sort((a, b) => earlier(a.first, b.first));
    }
    this.transportOutcomes?.sort((a, b) => beganAt(a.first) - beganAt(b.first));
  }

  #listOf(kind: Exchange["kind"]): Outcome[] {
    return kind === "echo" ? this.echoOutcomes : kind === "arp" ? this.arpOutcomes : this.loneOutcomes;
  }
}

function beganAt(exchange: TransportExchange): number {
  return journeysOf(exchange)[0]?.id ?? 0;
}

function earlier(a: Exchange, b: Exchange): number {
  return firstJourneyId(a) - firstJourneyId(b);
}

// Journeys are numbered in order of first sight.
function firstJourneyId(exchange: Exchange): number {
  if (exchange.kind === "lone") return exchange.journey.id;
  if (exchange.kind === "arp") return (exchange.requests[0] ?? exchange.replies[0])?.id ?? 0;
  return (exchange.request ?? exchange.replies[0] ?? exchange.errors[0])?.id ?? 0;
}
