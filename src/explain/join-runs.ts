// Captures that were taken one after another show the same ping in several runs, each from one place. They are told as
// one story, and what rests on putting them together is never certain.

import type { Ipv4 } from "../model/address.ts";
import type { ArpExchange, EchoExchange } from "../model/exchange.ts";
import type { Flow, Outcome } from "../model/flow.ts";
import type { Journey } from "../model/journey.ts";
import { journeysOf } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import type { Nanoseconds } from "../model/time.ts";
import type { InputSummary, Vantage } from "../model/vantage.ts";

/** Joins flows and outcomes that differ only in the run and in where somebody looked. */
export function joinRuns(flows: readonly Flow[], inputs: readonly InputSummary[] = []): Flow[] {
  const joined: Placed[] = [];
  const pings = new Map<Ipv4, PingsByPlace>();
  for (const flow of flows) {
    const own: Placed = { at: joined.length, flow, places: vantages(flow) };
    const alike = flow.kind === "ping" ? (pings.get(flow.dst) ?? new PingsByPlace()) : null;
    const other = alike?.firstThat(own, (one) => isOneStory(one, own, inputs)) ?? null;
    if (alike === null || other === null) joined.push(own);
    else {
      alike.remove(other);
      const both = join(other.flow, flow);
      joined[other.at] = { at: other.at, flow: both, places: vantages(both) };
    }
    if (alike === null) continue;
    alike.add(joined[other?.at ?? own.at] as Placed);
    pings.set(flow.dst, alike);
  }
  return joined.map((one) => joinArpOutcomes(one.flow, inputs));
}

interface Placed {
  /** Its place among the joined flows. */
  readonly at: number;
  readonly flow: Flow;
  readonly places: ReadonlySet<Vantage>;
}

// Pings to one address by where they were seen: those seen at a common place are two stories, without looking at each.
class PingsByPlace {
  readonly #byPlaces = new Map<string, Placed[]>();

  firstThat(own: Placed, fits: (one: Placed) => boolean): Placed | null {
    let first: Placed | null = null;
    for (const list of this.#byPlaces.values()) {
      const [some] = list;
      if (some === undefined || [...own.places].some((place) => some.places.has(place))) continue;
      const found = list.find((one) => (first === null || one.at < first.at) && fits(one));
      if (found !== undefined) first = found;
    }
    return first;
  }

  add(one: Placed): void {
    const key = keyOf(one.places);
    const list = this.#byPlaces.get(key);
    if (list === undefined) this.#byPlaces.set(key, [one]);
    else list.push(one);
  }

  remove(one: Placed): void {
    const key = keyOf(one.places);
    this.#byPlaces.set(key, this.#byPlaces.get(key)?.filter((other) => other !== one) ?? []);
  }
}

function keyOf(places: ReadonlySet<Vantage>): string {
  return [...places]
    .map(({ id }) => id)
    .sort((a, b) => a - b)
    .join();
}

function isOneStory(a: Placed, b: Placed, inputs: readonly InputSummary[]): boolean {
  return (
    sameStory(a.flow, b.flow) &&
    apart(a.flow, b.flow) &&
    !wasLooking(inputs, a.places, b.flow) &&
    !wasLooking(inputs, b.places, a.flow)
  );
}

// Where a capture that shows the one ran on while the other took place, the other did not pass there: two stories.
function wasLooking(
  inputs: readonly InputSummary[],
  places: ReadonlySet<Vantage>,
  during: { readonly from: Nanoseconds | null; readonly to: Nanoseconds | null },
): boolean {
  const { from, to } = during;
  if (from === null || to === null) return false;
  return inputs.some((i) => places.has(i.vantage) && i.from !== null && i.to !== null && i.from <= to && i.to >= from);
}

function sameStory(a: Flow, b: Flow): boolean {
  return (
    a.kind === "ping" &&
    b.kind === "ping" &&
    a.dst === b.dst &&
    (a.src === b.src || a.src === null || b.src === null) &&
    a.icmpId !== b.icmpId
  );
}

// Two pings at once are two stories.
function apart(a: Flow, b: Flow): boolean {
  if (a.from === null || a.to === null || b.from === null || b.to === null) return true;
  return a.to < b.from || b.to < a.from;
}

function vantages(flow: Flow): Set<Vantage> {
  const found = new Set<Vantage>();
  for (const outcome of [...flow.arpOutcomes, ...flow.echoOutcomes, ...flow.loneOutcomes]) {
    for (const journey of journeysOf(outcome.first)) for (const s of journey.sightings) found.add(s.frame.vantage);
  }
  return found;
}

function join(a: Flow, b: Flow): Flow {
  return {
    ...a,
    netns: a.netns ?? b.netns,
    src: a.src ?? b.src,
    requests: Math.max(a.requests, b.requests),
    replies: Math.max(a.replies, b.replies),
    duplicates: Math.max(a.duplicates, b.duplicates),
    errors: Math.max(a.errors, b.errors),
    rttMs: null,
    from: earlier(a.from, b.from),
    to: later(a.to, b.to),
    echoOutcomes: joinEchoOutcomes(a.echoOutcomes, b.echoOutcomes),
    arpOutcomes: [...a.arpOutcomes, ...b.arpOutcomes],
    loneOutcomes: [...a.loneOutcomes, ...b.loneOutcomes],
    joinedRuns: [...(a.joinedRuns ?? [a.icmpId]), ...(b.joinedRuns ?? [b.icmpId])],
  };
}

function earlier(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || b === null ? (a ?? b) : a < b ? a : b;
}
function later(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || b === null ? (a ?? b) : a > b ? a : b;
}

function joinEchoOutcomes(a: readonly Outcome[], b: readonly Outcome[]): Outcome[] {
  const [first, ...rest] = a;
  const [second, ...others] = b;
  if (first?.first.kind !== "echo" || second?.first.kind !== "echo") return [...a, ...b];
  const count = Math.max(first.count, second.count);
  return [
    {
      signature: `${first.signature} + ${second.signature}`,
      count,
      first: joinEchoes(first.first, second.first),
      last: null,
    },
    ...rest,
    ...others,
  ];
}

function joinEchoes(a: EchoExchange, b: EchoExchange): EchoExchange {
  return {
    ...a,
    request: a.request && b.request ? joinJourneys(a.request, b.request) : (a.request ?? b.request),
    replies: joinLists(a.replies, b.replies),
    errors: [...a.errors, ...b.errors],
    fragments: [...a.fragments, ...b.fragments],
  };
}

function joinLists(a: readonly Journey[], b: readonly Journey[]): Journey[] {
  const [first, ...rest] = a;
  const [second, ...others] = b;
  return first && second ? [joinJourneys(first, second), ...rest, ...others] : [...a, ...b];
}

function joinJourneys(a: Journey, b: Journey): Journey {
  const sightings: Packet[] = [...a.sightings, ...b.sightings];
  return { id: a.id, sightings, orderInferred: true };
}

// ARP has no run of its own: rounds for one target, each seen from another place and none at the same time, are one story.
function joinArpOutcomes(flow: Flow, inputs: readonly InputSummary[]): Flow {
  const outcomes: Outcome[] = [];
  const runs = new Set<number | null>(flow.joinedRuns ?? []);
  let changed = false;
  for (const outcome of flow.arpOutcomes) {
    const at = outcomes.findIndex((other) => arpApart(other, outcome, inputs));
    const other = outcomes[at];
    if (other?.first.kind === "arp" && outcome.first.kind === "arp") {
      outcomes[at] = {
        signature: `${other.signature} + ${outcome.signature}`,
        count: Math.max(other.count, outcome.count),
        first: joinRounds(other.first, outcome.first),
        last: null,
      };
      changed = true;
    } else outcomes.push(outcome);
  }
  if (!changed) return flow;
  return { ...flow, arpOutcomes: outcomes, joinedRuns: runs.size > 0 ? [...runs] : [null, null] };
}

function arpApart(a: Outcome, b: Outcome, inputs: readonly InputSummary[]): boolean {
  if (a.first.kind !== "arp" || b.first.kind !== "arp") return false;
  if (a.first.target !== b.first.target || a.first.asker !== b.first.asker || a.first.purpose !== b.first.purpose)
    return false;
  const placesA = new Set(journeysOf(a.first).flatMap((j) => j.sightings.map((s) => s.frame.vantage)));
  const packetsB = journeysOf(b.first).flatMap((j) => [...j.sightings]);
  if (packetsB.some((s) => placesA.has(s.frame.vantage))) return false;
  const packetsA = journeysOf(a.first).flatMap((j) => [...j.sightings]);
  const end = packetsA.at(-1)?.frame.time ?? null;
  const begin = packetsB[0]?.frame.time ?? null;
  const placesB = new Set(packetsB.map((s) => s.frame.vantage));
  if (wasLooking(inputs, placesA, { from: begin, to: packetsB.at(-1)?.frame.time ?? null })) return false;
  if (wasLooking(inputs, placesB, { from: packetsA[0]?.frame.time ?? null, to: end })) return false;
  // A second and more between the rounds: not one packet on its way.
  return end === null || begin === null || begin - end > 1_000_000_000n;
}

function joinRounds(a: ArpExchange, b: ArpExchange): ArpExchange {
  const requests: Journey[] = [];
  for (let i = 0; i < Math.max(a.requests.length, b.requests.length); i++) {
    const [x, y] = [a.requests[i], b.requests[i]];
    requests.push(x && y ? joinJourneys(x, y) : ((x ?? y) as Journey));
  }
  return { ...a, requests, replies: joinLists(a.replies, b.replies) };
}
