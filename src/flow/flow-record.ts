// A flow while it grows: its counts, its outcomes, and where and when it was active.

import type { Ipv4 } from "../model/address.ts";
import type { Exchange } from "../model/exchange.ts";
import type { Flow, Outcome } from "../model/flow.ts";
import type { Nanoseconds } from "../model/time.ts";
import { signatureOf, wentAlike } from "./signature.ts";

const OUTCOMES = 32;

/** A flow, with the numbers that attribution needs. Times are nanoseconds after the tracker's start. */
export class FlowRecord implements Flow {
  id: number;
  readonly kind: Flow["kind"];
  netns: string | null;
  readonly src: Ipv4 | null;
  readonly dst: Ipv4;
  readonly icmpId: number | null;
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
  firstAt: number;
  lastAt: number;
  /** Who asked for whose MAC on behalf of this flow, as `ASKER>TARGET`. */
  readonly pairs = new Set<string>();
  #rtts = 0;
  #rttSum = 0;
  #before: Outcome | null = null;
  #bySignature = new Map<string, Outcome>();

  constructor(
    id: number,
    kind: Flow["kind"],
    netns: string | null,
    src: Ipv4 | null,
    dst: Ipv4,
    icmpId: number | null,
    at: number,
  ) {
    this.id = id;
    this.kind = kind;
    this.netns = netns;
    this.src = src;
    this.dst = dst;
    this.icmpId = icmpId;
    this.firstAt = at;
    this.lastAt = at;
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
    if (before !== null && wentAlike(before.first, exchange)) {
      before.count++;
      before.last = exchange;
      return;
    }
    const signature = signatureOf(exchange);
    const known = this.#bySignature.get(signature);
    const outcome = known ?? (list.length >= OUTCOMES ? list[list.length - 1] : undefined);
    if (outcome !== undefined) {
      outcome.count++;
      if (known === undefined) return;
      outcome.last = exchange;
      this.#before = outcome;
      return;
    }
    const fresh: Outcome = { signature, count: 1, first: exchange, last: null };
    this.#bySignature.set(signature, fresh);
    list.push(fresh);
    this.#before = fresh;
  }

  /** Takes over the ARP outcomes of a flow that turns out to be this one's next-hop resolution. */
  absorb(other: FlowRecord): void {
    for (const outcome of other.arpOutcomes) {
      const known = this.#bySignature.get(outcome.signature);
      if (known !== undefined) {
        known.count += outcome.count;
        known.last = outcome.last ?? outcome.first;
      } else if (this.arpOutcomes.length < OUTCOMES) {
        this.#bySignature.set(outcome.signature, outcome);
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
  }

  #listOf(kind: Exchange["kind"]): Outcome[] {
    return kind === "echo" ? this.echoOutcomes : kind === "arp" ? this.arpOutcomes : this.loneOutcomes;
  }
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
