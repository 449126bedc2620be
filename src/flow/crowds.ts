// Counts like flows together, so that one which has ended can be let go of without being lost.

import type { Ipv4 } from "../model/address.ts";
import { type Crowd, LEAST_OF_CROWD } from "../model/crowd.ts";
import type { Nanoseconds } from "../model/time.ts";
import { AddressSet } from "./address-set.ts";
import type { FlowRecord } from "./flow-record.ts";
import { mix } from "./identity.ts";
import { isAnswered, likenessOf } from "./likeness.ts";

// Askers and targets that are each a crowd of their own; further ones are counted under what shares nothing.
const MOST_CROWDS = 256;
const MOST_LIKENESSES = 16;
// More flows of one kind than this that share nothing with the others are a crowd of their own.
const MOST_LONERS = 256;

/** Flows that share an end. */
export class CrowdRecord {
  readonly shared: Crowd["shared"];
  readonly kind: Crowd["kind"];
  readonly src: Ipv4 | null;
  readonly dst: Ipv4 | null;
  onlyCounted = 0;
  readonly #likenesses = new Map<string, number>();
  readonly #examples = new Set<string>();
  readonly #others = new AddressSet();
  #flows = 0;
  #answered = 0;
  #from: Nanoseconds | null = null;
  #to: Nanoseconds | null = null;

  constructor(shared: Crowd["shared"], { kind, src, dst }: FlowRecord) {
    this.shared = shared;
    this.kind = kind;
    this.src = shared === "asker" || shared === "pair" ? src : null;
    this.dst = shared === "target" || shared === "pair" ? dst : null;
  }

  /** Counts a flow that went so; returns what it is told to have gone like. */
  count(flow: FlowRecord, full: string): string {
    const answered = isAnswered(flow);
    this.#flows++;
    if (answered) this.#answered++;
    if (this.shared === "asker") this.#others.add(flow.dst, answered);
    if (this.shared === "target") this.#others.add(flow.src ?? 0, answered);
    if (flow.from !== null && (this.#from === null || flow.from < this.#from)) this.#from = flow.from;
    if (flow.to !== null && (this.#to === null || flow.to > this.#to)) this.#to = flow.to;
    const likeness = this.#told(full);
    this.#likenesses.set(likeness, (this.#likenesses.get(likeness) ?? 0) + 1);
    return likeness;
  }

  /** Whether it is the first that went so, which stays as the example of the others; asked once for each flow. */
  isExample(full: string): boolean {
    const likeness = this.#told(full);
    const isFirst = !this.#examples.has(likeness);
    this.#examples.add(likeness);
    return isFirst;
  }

  /** Flows that went so. */
  alike(likeness: string): number {
    return this.#likenesses.get(likeness) ?? 0;
  }

  // What is one way too many goes with the ways that ended the same.
  #told(full: string): string {
    const isKnown = this.#likenesses.has(full) || this.#examples.has(full);
    return isKnown || this.#likenesses.size + this.#examples.size < MOST_LIKENESSES * 2
      ? full
      : (full.split(" ")[0] as string);
  }

  isOf(flow: FlowRecord): boolean {
    return flow.src === this.src && flow.dst === this.dst;
  }

  /** The crowd in numbers. */
  told(): Crowd {
    const { shared, kind, src, dst, onlyCounted } = this;
    const oneSided = shared === "asker" || shared === "target";
    const members = oneSided ? this.#others.size : this.#flows;
    const answered = oneSided ? this.#others.answered : this.#answered;
    return { shared, kind, src, dst, members, answered, onlyCounted, from: this.#from, to: this.#to };
  }
}

type SharedEnd = Exclude<Crowd["shared"], "nothing">;
const ENDS: readonly SharedEnd[] = ["pair", "asker", "target"];
const KINDS: readonly Crowd["kind"][] = ["ping", "arp", "icmp-error", "other", "tcp", "udp"];

/** The crowds, and how many flows of each are still kept. */
export class CrowdBook {
  /** By what is shared, in the order of ENDS. */
  readonly #kept = ENDS.map(() => new Map<number, number>());
  readonly #crowds = ENDS.map(() => new Map<number, CrowdRecord>());
  readonly #unlikes = new Map<Crowd["kind"], CrowdRecord>();

  /** Notes that a flow is kept. */
  opened(flow: FlowRecord): void {
    for (const [end, kept] of this.#kept.entries()) {
      const key = keyOf(flow, ENDS[end] as SharedEnd);
      kept.set(key, (kept.get(key) ?? 0) + 1);
    }
  }

  /** The crowd that a flow belongs to; null where it shares no end with enough others. */
  of(flow: FlowRecord): CrowdRecord | null {
    const [pair, asker, target] = [this.#size(flow, 0), this.#size(flow, 1), this.#size(flow, 2)];
    if (pair >= LEAST_OF_CROWD) return this.#crowd(flow, 0);
    if (Math.max(asker, target) < LEAST_OF_CROWD) return null;
    return this.#crowd(flow, asker >= target ? 1 : 2);
  }

  /** Lets go of a flow: it is counted with its crowd, or with all that share nothing. False where it is to stay. */
  letGo(flow: FlowRecord): boolean {
    const crowd = this.of(flow) ?? this.#unlike(flow);
    const likeness = likenessOf(flow);
    if (crowd.isExample(likeness)) return false;
    crowd.count(flow, likeness);
    crowd.onlyCounted++;
    for (const [end, kept] of this.#kept.entries()) {
      const key = keyOf(flow, ENDS[end] as SharedEnd);
      const left = (kept.get(key) ?? 1) - 1;
      if (left > 0) kept.set(key, left);
      else kept.delete(key);
    }
    return true;
  }

  /** Counts the flows that were kept to the end, and tells each of them its crowd. */
  tell(flows: readonly FlowRecord[]): void {
    const members = new Map<CrowdRecord, { flow: FlowRecord; likeness: string }[]>();
    const join = (crowd: CrowdRecord, flow: FlowRecord): void => {
      const list = members.get(crowd) ?? [];
      list.push({ flow, likeness: crowd.count(flow, likenessOf(flow)) });
      members.set(crowd, list);
    };
    const loners = new Map<FlowRecord["kind"], FlowRecord[]>();
    for (const flow of flows) {
      const crowd = this.of(flow);
      if (crowd !== null) join(crowd, flow);
      else {
        const alike = loners.get(flow.kind);
        if (alike === undefined) loners.set(flow.kind, [flow]);
        else alike.push(flow);
      }
    }
    for (const [kind, list] of loners)
      if (list.length > MOST_LONERS || this.#unlikes.has(kind)) for (const flow of list) join(this.#unlike(flow), flow);
    for (const [record, list] of members) {
      const crowd = record.told();
      if (crowd.members < LEAST_OF_CROWD) continue;
      for (const { flow, likeness } of list) flow.inCrowd = { crowd, likeness, alike: record.alike(likeness) };
    }
  }

  #size(flow: FlowRecord, end: number): number {
    const key = keyOf(flow, ENDS[end] as SharedEnd);
    return (this.#kept[end]?.get(key) ?? 0) + (this.#crowds[end]?.get(key)?.onlyCounted ?? 0);
  }

  #crowd(flow: FlowRecord, end: number): CrowdRecord | null {
    const shared = ENDS[end] as SharedEnd;
    const key = keyOf(flow, shared);
    const ofEnd = this.#crowds[end] as Map<number, CrowdRecord>;
    const known = ofEnd.get(key);
    // Two pairs may have one key.
    if (known !== undefined) return shared !== "pair" || known.isOf(flow) ? known : null;
    if (this.#crowds.reduce((sum, { size }) => sum + size, 0) >= MOST_CROWDS) return this.#unlike(flow);
    const crowd = new CrowdRecord(shared, flow);
    ofEnd.set(key, crowd);
    return crowd;
  }

  #unlike(flow: FlowRecord): CrowdRecord {
    const crowd = this.#unlikes.get(flow.kind) ?? new CrowdRecord("nothing", flow);
    this.#unlikes.set(flow.kind, crowd);
    return crowd;
  }
}

// Exact but for pairs, whose two addresses do not fit into a number.
function keyOf({ kind, src, dst }: FlowRecord, shared: SharedEnd): number {
  const number = KINDS.indexOf(kind);
  if (shared === "pair") return mix(mix(number, src ?? 0), dst);
  const end = shared === "target" ? dst : (src ?? -1);
  return (end + 1) * KINDS.length + number;
}
