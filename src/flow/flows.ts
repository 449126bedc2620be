// The flows: who asked whom, and which ARP rounds were on their behalf.

import type { Ipv4 } from "../model/address.ts";
import type { Exchange } from "../model/exchange.ts";
import { CrowdBook } from "./crowds.ts";
import { type FlowKey, FlowRecord, type MomentOf } from "./flow-record.ts";
import { mix } from "./identity.ts";
import { LatestFlows } from "./latest-flows.ts";
import type { ArpRecord, ExchangeRecord } from "./records.ts";
import type { TransportRecord } from "./transport/record.ts";

// A reachable neighbour is used for 5 s before it is checked (delay_first_probe_time), and checked 3 times a second
// apart; an unresolved one is asked for up to 3 s before its packet leaves.
const CHECKED_WITHIN = 15e9;
const ASKED_BEFORE = 5e9;

// Of many pings that an ARP round may have asked for, the latest.
const SEARCHED = 256;

/** All flows, oldest first. */
export class FlowBook {
  readonly #bound: number;
  readonly #momentOf: MomentOf | null;
  readonly #flows = new Set<FlowRecord>();
  readonly #byKey = new Map<number, FlowRecord[]>();
  readonly #crowds = new CrowdBook();
  /** Pings by each of their ends, by both, and by who asked whom on their behalf. */
  readonly #pings = new LatestFlows<Ipv4>();
  readonly #pairs = new LatestFlows<number>();
  /** Flows none of whose exchanges is open, in the order in which they may be let go of. */
  #ended: FlowRecord[] = [];
  #nextEnded = 0;
  #latest: FlowRecord | null = null;
  #count = 0;
  /** Flows that only a crowd counts. */
  letGo = 0;

  constructor(bound: number, momentOf: MomentOf | null = null) {
    this.#bound = bound;
    this.#momentOf = momentOf;
  }

  /** The flow with this key; opened where there is none. */
  of(who: FlowKey, at: number): FlowRecord {
    const { netns } = who;
    const latest = this.#latest;
    if (latest !== null && fits(latest, who)) {
      if (latest.netns === null) latest.netns = netns;
      return latest;
    }
    const key = hashOf(who);
    const known = this.#byKey.get(key);
    let flow = known?.find((f) => fits(f, who));
    if (flow === undefined) {
      flow = new FlowRecord(++this.#count, who, at);
      flow.momentOf = this.#momentOf;
      this.#open(flow);
      if (known === undefined) this.#byKey.set(key, [flow]);
      else known.push(flow);
    } else if (flow.netns === null) flow.netns = netns;
    this.#latest = flow;
    return flow;
  }

  /** Notes that an exchange is one of a flow's. */
  own(record: ExchangeRecord | TransportRecord, flow: FlowRecord): void {
    record.flow = flow;
    flow.open++;
  }

  /** Notes that a round asked on behalf of a flow, so that later checks of the same neighbour belong to it too. */
  attach(round: ArpRecord, flow: FlowRecord): void {
    this.own(round, flow);
    if (flow.asks && flow.addPair(round.asker, round.target)) this.#pairs.add(pairKey(round.asker, round.target), flow);
  }

  /** Notes that an exchange is over. A flow that has none left may be let go of, where there are too many. */
  closed(flow: FlowRecord): void {
    flow.open--;
    if (flow.open > 0 || flow.queued || flow.letGo) return;
    flow.queued = true;
    this.#ended.push(flow);
    while (this.#flows.size > this.#bound && this.#nextEnded < this.#ended.length) this.#letGoOfNext();
  }

  /** The ping on whose behalf this round asked, by addresses and time; null where none fits. */
  pingBehind(asker: Ipv4, target: Ipv4, from: number, to: number, answered: boolean): FlowRecord | null {
    let best: FlowRecord | null = null;
    let bestScore = 0;
    const consider = (flow: FlowRecord): void => {
      if (flow.firstAt > to + ASKED_BEFORE || flow.lastAt < from - CHECKED_WITHIN) return;
      const score = claim(flow, asker, target, answered);
      if (score === 0 || score < bestScore) return;
      // Of a ping and a connection that both may have asked, the ping is what the round is told with.
      if (best !== null && score === bestScore && best.kind === "ping" && flow.kind !== "ping") return;
      if (best !== null && score === bestScore && !isLater(flow, best)) return;
      best = flow;
      bestScore = score;
    };
    this.#pairs.latest(pairKey(asker, target), SEARCHED, consider);
    this.#pairs.latest(pairKey(target, asker), SEARCHED, consider);
    this.#pings.latest(target, SEARCHED, consider);
    return best;
  }

  /** All flows in order of first sight, ARP flows that a ping explains merged into it. */
  finish(): FlowRecord[] {
    for (const flow of this.#flows) {
      if (flow.kind !== "arp" || flow.src === null || !flow.arpOutcomes.some((o) => isAsked(o.first))) continue;
      const answered = flow.arpOutcomes.every((o) => o.first.kind === "arp" && o.first.replies.length > 0);
      const ping = this.pingBehind(flow.src, flow.dst, flow.firstAt, flow.lastAt, answered);
      if (ping === null || (ping.netns !== null && flow.netns !== null && ping.netns !== flow.netns && !answered))
        continue;
      ping.absorb(flow);
      this.#flows.delete(flow);
    }
    const flows = [...this.#flows].sort((a, b) => a.firstAt - b.firstAt || a.id - b.id);
    flows.forEach((flow, index) => {
      flow.id = index + 1;
      flow.arrangeOutcomes();
    });
    this.#crowds.tell(flows);
    return flows;
  }

  #open(flow: FlowRecord): void {
    this.#flows.add(flow);
    this.#crowds.opened(flow);
    if (!flow.asks) return;
    this.#pings.add(flow.dst, flow);
    if (flow.src !== null && flow.src !== flow.dst) this.#pings.add(flow.src, flow);
    this.#pairs.add(pairKey(flow.src ?? 0, flow.dst), flow);
  }

  // One that is like no others waits for a second turn: a flood must not push the one real ping out.
  #letGoOfNext(): void {
    const flow = this.#ended[this.#nextEnded++] as FlowRecord;
    if (this.#nextEnded > 1024 && this.#nextEnded * 2 > this.#ended.length) {
      this.#ended = this.#ended.slice(this.#nextEnded);
      this.#nextEnded = 0;
    }
    flow.queued = false;
    if (flow.open > 0 || flow.example) return;
    if (!flow.spared && this.#crowds.of(flow) === null) {
      flow.spared = true;
      flow.queued = true;
      this.#ended.push(flow);
      return;
    }
    flow.example = !this.#crowds.letGo(flow);
    if (flow.example) return;
    flow.letGo = true;
    this.letGo++;
    this.#flows.delete(flow);
    this.#forget(flow);
  }

  #forget(flow: FlowRecord): void {
    const key = hashOf(flow);
    const alike = this.#byKey.get(key) ?? [];
    if (alike.length < 2) this.#byKey.delete(key);
    else
      this.#byKey.set(
        key,
        alike.filter((other) => other !== flow),
      );
    if (this.#latest === flow) this.#latest = null;
    if (!flow.asks) return;
    this.#pings.removed(flow.dst);
    if (flow.src !== null && flow.src !== flow.dst) this.#pings.removed(flow.src);
    this.#pairs.removed(pairKey(flow.src ?? 0, flow.dst));
    for (const [asker, target] of flow.pairs) this.#pairs.removed(pairKey(asker, target));
  }
}

// Different pairs may share it: who looks by it looks at the addresses, too.
function pairKey(asker: number, target: number): number {
  return mix(mix(0, asker), target);
}

function isLater(a: FlowRecord, b: FlowRecord): boolean {
  return a.lastAt > b.lastAt || (a.lastAt === b.lastAt && a.id < b.id);
}

function claim(flow: FlowRecord, asker: Ipv4, target: Ipv4, answered: boolean): number {
  if (flow.src === asker && flow.dst === target) return 4;
  if (flow.src === target && flow.dst === asker) return 4;
  if (flow.hasPair(asker, target)) return 3;
  if (flow.hasPair(target, asker)) return 2;
  // A router asks for the target, or for the asker on the way back. A healthy ping does not make another host's
  // question go unanswered.
  if ((flow.dst === target || flow.src === target) && (answered || flow.replies === 0)) return 1;
  return 0;
}

function hashOf({ kind, src, dst, key }: FlowKey): number {
  return mix(mix(mix(kind.length, src ?? 0), dst), key ?? -1);
}

function isAsked(exchange: Exchange): boolean {
  return exchange.kind === "arp" && (exchange.purpose === "resolve" || exchange.purpose === "unicast-check");
}

function fits(flow: FlowRecord, { kind, netns, src, dst, key }: FlowKey): boolean {
  return (
    flow.dst === dst &&
    flow.src === src &&
    flow.key === key &&
    flow.kind === kind &&
    (flow.netns === netns || flow.netns === null || netns === null)
  );
}
