// The flows: who asked whom, and which ARP rounds were on their behalf.

import type { Ipv4 } from "../model/address.ts";
import type { Exchange } from "../model/exchange.ts";
import type { Flow } from "../model/flow.ts";
import { FlowRecord } from "./flow-record.ts";
import { mix } from "./identity.ts";
import type { ArpRecord } from "./records.ts";

// A reachable neighbour is used for 5 s before it is checked (delay_first_probe_time), and checked 3 times a second
// apart; an unresolved one is asked for up to 3 s before its packet leaves.
const CHECKED_WITHIN = 15e9;
const ASKED_BEFORE = 5e9;

/** All flows, oldest first. */
export class FlowBook {
  readonly #bound: number;
  readonly #flows = new Set<FlowRecord>();
  readonly #byKey = new Map<number, FlowRecord[]>();
  #latest: FlowRecord | null = null;
  #count = 0;
  evicted = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** The flow with this key; opened where there is none. An unknown namespace fits any. */
  of(
    kind: Flow["kind"],
    netns: string | null,
    src: Ipv4 | null,
    dst: Ipv4,
    icmpId: number | null,
    at: number,
  ): FlowRecord {
    const latest = this.#latest;
    if (latest !== null && fits(latest, kind, netns, src, dst, icmpId)) {
      if (latest.netns === null) latest.netns = netns;
      return latest;
    }
    const key = keyOf(kind, src, dst, icmpId);
    const known = this.#byKey.get(key);
    let flow = known?.find((f) => fits(f, kind, netns, src, dst, icmpId));
    if (flow === undefined) {
      flow = new FlowRecord(++this.#count, kind, netns, src, dst, icmpId, at);
      this.#flows.add(flow);
      if (known === undefined) this.#byKey.set(key, [flow]);
      else known.push(flow);
      if (this.#flows.size > this.#bound) this.#evict();
    } else if (flow.netns === null) flow.netns = netns;
    this.#latest = flow;
    return flow;
  }

  /** The ping on whose behalf this round asked, by addresses and time; null where none fits. */
  pingBehind(asker: Ipv4, target: Ipv4, from: number, to: number, answered: boolean): FlowRecord | null {
    let best: FlowRecord | null = null;
    let bestScore = 0;
    for (const flow of this.#flows) {
      if (flow.kind !== "ping" || flow.firstAt > to + ASKED_BEFORE || flow.lastAt < from - CHECKED_WITHIN) continue;
      const score = claim(flow, asker, target, answered);
      if (score === 0 || score < bestScore) continue;
      if (best !== null && score === bestScore && flow.lastAt <= best.lastAt) continue;
      best = flow;
      bestScore = score;
    }
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
    return flows;
  }

  #evict(): void {
    const [oldest] = this.#flows;
    if (oldest === undefined) return;
    this.#flows.delete(oldest);
    const key = keyOf(oldest.kind, oldest.src, oldest.dst, oldest.icmpId);
    const alike = this.#byKey.get(key)?.filter((flow) => flow !== oldest) ?? [];
    if (alike.length > 0) this.#byKey.set(key, alike);
    else this.#byKey.delete(key);
    if (this.#latest === oldest) this.#latest = null;
    this.evicted++;
  }
}

/** Notes that a round asked on behalf of a flow, so that later checks of the same neighbour belong to it too. */
export function attach(round: ArpRecord, flow: FlowRecord): void {
  round.flow = flow;
  if (flow.kind === "ping" && flow.pairs.size < 64) flow.pairs.add(`${round.asker}>${round.target}`);
}

function claim(flow: FlowRecord, asker: Ipv4, target: Ipv4, answered: boolean): number {
  if (flow.src === asker && flow.dst === target) return 4;
  if (flow.src === target && flow.dst === asker) return 4;
  if (flow.pairs.has(`${asker}>${target}`)) return 3;
  if (flow.pairs.has(`${target}>${asker}`)) return 2;
  // A router asks for the target, or for the asker on the way back. A healthy ping does not make another host's
  // question go unanswered.
  if ((flow.dst === target || flow.src === target) && (answered || flow.replies === 0)) return 1;
  return 0;
}

function keyOf(kind: Flow["kind"], src: Ipv4 | null, dst: Ipv4, icmpId: number | null): number {
  return mix(mix(mix(kind.length, src ?? 0), dst), icmpId ?? -1);
}

function isAsked(exchange: Exchange): boolean {
  return exchange.kind === "arp" && (exchange.purpose === "resolve" || exchange.purpose === "unicast-check");
}

function fits(
  flow: FlowRecord,
  kind: Flow["kind"],
  netns: string | null,
  src: Ipv4 | null,
  dst: Ipv4,
  icmpId: number | null,
): boolean {
  return (
    flow.dst === dst &&
    flow.src === src &&
    flow.icmpId === icmpId &&
    flow.kind === kind &&
    (flow.netns === netns || flow.netns === null || netns === null)
  );
}
