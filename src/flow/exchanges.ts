// Sorts journeys into exchanges, exchanges into flows, and closes them when their time has come.

import { ANY_IPV4, type Ipv4 } from "../model/address.ts";
import type { Exchange } from "../model/exchange.ts";
import type { Flow } from "../model/flow.ts";
import type { Arp, Network, Packet, Quoted } from "../model/packet.ts";
import { ArpBook, hasAllRequests, RETRY_WITHIN, refinePurpose } from "./arp-rounds.ts";
import { namespaceOfAsker, namespaceOfSender, roundTrip } from "./asker.ts";
import { settleOrders, visit } from "./closing.ts";
import { DelayList } from "./delay-list.ts";
import { DelayQueue } from "./delay-queue.ts";
import { EchoBook } from "./echoes.ts";
import type { FlowRecord } from "./flow-record.ts";
import type { FlowBook } from "./flows.ts";
import type { JourneyTracker } from "./journeys.ts";
import { neighbourLearned, type Quote, roundBehindError } from "./next-hop.ts";
import {
  type ArpRecord,
  type EchoRecord,
  type ExchangeRecord,
  firstOf,
  LoneRecord,
  type OpenJourney,
} from "./records.ts";

type IcmpNetwork = Extract<Network, { kind: "icmp" }>;
export type OnSettled = (flow: Flow, exchange: Exchange) => void;

// Time for an answer to travel past the remaining vantage points before it is told.
const TELL_AFTER = 50e6;
// mcast_solicit × retrans_time (3.06 s as measured) before a router gives up on the next hop and says so.
const SILENT_AFTER = 3.3e9;
// After the last request of a round the kernel waits once more for retrans_time (1.02 s), then fails the neighbour.
const ROUND_ENDS_AFTER = 1.25e9;
const CLOSE_AFTER = 10e9;
// A queued packet leaves within microseconds of the answer that resolves its neighbour.
const QUEUED_LEAVES_WITHIN = 5e6;

/** The open exchanges. `now` never steps back; `at` is the packet's own time. Both in nanoseconds after a start. */
export class ExchangeBook {
  readonly #flows: FlowBook;
  readonly #journeys: JourneyTracker<ExchangeRecord>;
  readonly #onSettled: OnSettled | null;
  readonly #told: number;
  readonly #bound: number;
  readonly #echoes = new EchoBook();
  readonly #arp = new ArpBook();
  readonly #soon = new DelayQueue<ExchangeRecord>(TELL_AFTER);
  readonly #roundEnds = new DelayQueue<ArpRecord>(ROUND_ENDS_AFTER);
  readonly #roundGaps = new DelayQueue<{ round: ArpRecord; requests: number }>(RETRY_WITHIN);
  // Every open exchange stands in one of these: echoes that nothing was told of, told ones that may still be answered,
  // exchanges that are done and wait for duplicates only, and (ARP and lone messages) all others.
  readonly #silent = new DelayList<ExchangeRecord>(SILENT_AFTER);
  readonly #unanswered = new DelayList<ExchangeRecord>(CLOSE_AFTER - SILENT_AFTER);
  readonly #done = new DelayList<ExchangeRecord>(CLOSE_AFTER);
  readonly #others = new DelayList<ExchangeRecord>(CLOSE_AFTER);
  /** Rounds answered a moment ago: the packet they asked for leaves next. */
  #answered: ArpRecord[] = [];
  /** Nothing falls due before. */
  #next = Number.POSITIVE_INFINITY;
  evicted = 0;

  constructor(
    flows: FlowBook,
    journeys: JourneyTracker<ExchangeRecord>,
    bounds: { exchanges: number; toldExchanges: number },
    onSettled: OnSettled | null,
  ) {
    this.#flows = flows;
    this.#journeys = journeys;
    this.#told = bounds.toldExchanges;
    this.#bound = bounds.exchanges;
    this.#onSettled = onSettled;
  }

  /** When advance() is to be called: the next thing falls due then or later. */
  get due(): number {
    return this.#next;
  }

  /** Sorts in a journey by its first sighting. */
  take(journey: OpenJourney, at: number, now: number): void {
    const { network } = firstOf(journey);
    if (network.kind === "arp") this.#takeArp(journey, network, at, now);
    else if (network.kind === "icmp") this.#takeIcmp(journey, network, at, now);
  }

  /** Looks at a sighting of a journey that is sorted in already, or was just now. */
  sighted(journey: OpenJourney, packet: Packet, at: number): void {
    journey.owner?.flow?.touch(at, packet.frame.time);
    // A router on the way may cut what came to it whole.
    const cut = packet.network.kind === "icmp" && packet.network.ip.moreFragments === true ? packet.network.ip : null;
    if (cut !== null && journey.owner?.kind === "echo") this.#echoes.noteFragments(journey.owner, cut);
    if (this.#answered.length === 0) return;
    this.#answered = this.#answered.filter((round) => at - (round.answeredAt as number) <= QUEUED_LEAVES_WITHIN);
    const flow = journey.owner?.flow;
    if (flow?.asks !== true) return;
    for (const round of this.#answered) {
      if (round.flow === null && neighbourLearned(round, packet)) this.#flows.attach(round, flow);
    }
  }

  /** Does what falls due up to `now`, in order of time. */
  advance(now: number): void {
    // What is taken out before its time leaves #next behind, which is looked at again only when that time comes.
    if (now < this.#next) return;
    let due = this.#earliest();
    for (; due <= now && due < Number.POSITIVE_INFINITY; due = this.#earliest()) this.#step(due);
    this.#next = due;
  }

  /** Closes everything, in order of time. */
  finish(): void {
    this.advance(Number.POSITIVE_INFINITY);
  }

  #earliest(): number {
    return Math.min(
      Math.min(this.#soon.due, this.#roundEnds.due, this.#roundGaps.due),
      Math.min(this.#silent.due, this.#unanswered.due, this.#done.due, this.#others.due),
    );
  }

  #wait<T>(queue: DelayQueue<T>, now: number, item: T): void {
    queue.push(now, item);
    this.#next = Math.min(this.#next, queue.due);
  }

  #step(due: number): void {
    if (this.#soon.due === due) {
      const record = this.#soon.shift() as ExchangeRecord;
      record.telling = false;
      if (!record.closed) this.#tell(record, due);
    } else if (this.#roundEnds.due === due) {
      this.#endRound(this.#roundEnds.shift() as ArpRecord, due);
    } else if (this.#roundGaps.due === due) {
      const { round, requests } = this.#roundGaps.shift() as { round: ArpRecord; requests: number };
      if (round.requests.length === requests) this.#endRound(round, due);
    } else if (this.#silent.due === due) {
      const record = this.#silent.first as ExchangeRecord;
      this.#move(record, this.#unanswered, due);
      this.#tell(record, due);
    } else {
      const told = this.#unanswered.due === due ? this.#unanswered : this.#done;
      const list = told.due === due ? told : this.#others;
      this.#close(list.first as ExchangeRecord, due);
    }
  }

  #takeIcmp(journey: OpenJourney, network: IcmpNetwork, at: number, now: number): void {
    const { icmp, ip } = network;
    const body = icmp?.body;
    let record: EchoRecord | null = null;
    if (body?.kind === "echo") {
      record = body.reply ? this.#echoes.reply(journey, ip, body) : this.#echoes.request(journey, ip, body);
    } else if (body?.kind === "error") record = this.#echoes.error(journey, body.quoted);
    else if (icmp === null && ip.fragmentOffset) record = this.#echoes.fragment(journey, ip);
    if (record === null) {
      this.#takeLone(journey, network, at, now);
      return;
    }
    journey.owner = record;
    if (record.flow === null) {
      const netns = namespaceOfAsker(record);
      const { source: src, destination: dst, icmpId: key } = record;
      this.#flows.own(record, this.#flows.of({ kind: "ping", netns, src, dst, key }, at));
      this.#opened(record, this.#silent, now);
    }
    const flow = record.flow as unknown as FlowRecord;
    if (body?.kind === "echo" && !body.reply) countRequest(record, flow);
    else if (body?.kind === "echo") {
      if (record.replies.length === 1) flow.replies++;
      else flow.duplicates++;
      this.#tellSoon(record, now);
    } else if (body?.kind === "error") {
      const quoted = body.quoted as Quoted;
      // Only what was sent can be quoted.
      if (quoted.icmp?.type === 8) countRequest(record, flow);
      if (body.what === "redirect") return;
      if (!record.countedError) flow.errors++;
      record.countedError = true;
      this.#tellSoon(record, now);
      if (body.what === "unreachable")
        this.#nextHopFailed({ journey, ip, code: icmp?.code ?? null, quoted }, flow, at, now);
    }
  }

  #takeLone(journey: OpenJourney, network: IcmpNetwork, at: number, now: number): void {
    const record = new LoneRecord(journey);
    const body = network.icmp?.body;
    const quoted = body?.kind === "error" ? body.quoted : null;
    const about = quoted?.ip ?? network.ip;
    const kind = body?.kind === "error" ? "icmp-error" : "other";
    const netns = kind === "other" ? namespaceOfSender(journey) : null;
    const { source: src, destination: dst } = about;
    const flow = this.#flows.of({ kind, netns, src, dst, key: null }, at);
    if (kind === "icmp-error") flow.errors++;
    this.#opened(record, this.#others, now);
    this.#flows.own(record, flow);
    journey.owner = record;
    this.#tellSoon(record, now);
  }

  #takeArp(journey: OpenJourney, arp: Arp, at: number, now: number): void {
    const book = this.#arp;
    const isReply = arp.operation === 2;
    const record = isReply ? book.answer(journey, arp, at) : arp.operation === 1 ? book.ask(journey, arp, at) : null;
    if (record === null) {
      this.#takeOtherArp(journey, arp, at, now);
      return;
    }
    journey.owner = record;
    if (book.isNew) this.#opened(record, this.#others, now);
    if (isReply || record.purpose === "gratuitous") {
      this.#tellSoon(record, now);
      if (isReply && record.flow === null && record.replies.length === 1 && this.#answered.length < 64) {
        this.#answered.push(record);
      }
    } else if (hasAllRequests(record)) this.#wait(this.#roundEnds, now, record);
    else this.#wait(this.#roundGaps, now, { round: record, requests: record.requests.length });
  }

  // Unknown operations, and frames that end before the addresses.
  #takeOtherArp(journey: OpenJourney, arp: Arp, at: number, now: number): void {
    const record = new LoneRecord(journey);
    const { senderIp: src, targetIp } = arp;
    const who = { kind: "other", netns: null, src, dst: targetIp ?? ANY_IPV4, key: null } as const;
    this.#flows.own(record, this.#flows.of(who, at));
    journey.owner = record;
    this.#opened(record, this.#others, now);
    this.#tellSoon(record, now);
  }

  // neigh_invalidate ends the round and reports every queued packet (arp_error_report, dst_link_failure).
  #nextHopFailed(quote: Quote, flow: FlowRecord, at: number, now: number): void {
    const round = roundBehindError(this.#arp.waiting, quote, at);
    if (round === null) return;
    if (round.flow === null) this.#flows.attach(round, flow);
    this.#arp.end(round);
    this.#tellSoon(round, now);
  }

  #endRound(round: ArpRecord, now: number): void {
    if (round.answeredAt !== null || round.ended || round.closed) return;
    this.#arp.end(round);
    if (!round.told) this.#tell(round, now);
  }

  #opened(record: ExchangeRecord, list: DelayList<ExchangeRecord>, now: number): void {
    this.#move(record, list, now);
    // What was answered and told is kept only to recognise duplicates: a flood may crowd it out without loss.
    while (this.#done.size > this.#told) this.#close(this.#done.first as ExchangeRecord, now);
    while (this.#silent.size + this.#unanswered.size + this.#others.size > this.#bound) {
      const lists = [this.#unanswered, this.#silent, this.#others];
      const oldest = (lists.find((one) => one.size > 0) as DelayList<ExchangeRecord>).first as ExchangeRecord;
      if (!oldest.told) this.evicted++;
      this.#close(oldest, now);
    }
  }

  #move(record: ExchangeRecord, list: DelayList<ExchangeRecord> | null, now: number): void {
    record.list?.remove(record);
    record.list = list;
    if (list === null) return;
    list.push(now, record);
    this.#next = Math.min(this.#next, list.due);
  }

  #tellSoon(record: ExchangeRecord, now: number): void {
    if (record.telling) return;
    record.telling = true;
    this.#wait(this.#soon, now, record);
  }

  #tell(record: ExchangeRecord, now: number): void {
    record.told = true;
    if (isDone(record) && record.list !== this.#done) this.#move(record, this.#done, now);
    const flow = record.kind === "arp" ? this.#flowOfRound(record) : (record.flow as FlowRecord);
    if (this.#onSettled === null) return;
    settleOrders(record);
    this.#onSettled(flow, record);
  }

  #flowOfRound(round: ArpRecord): FlowRecord {
    refinePurpose(round);
    if (round.flow !== null) return round.flow;
    const asked = round.purpose === "resolve" || round.purpose === "unicast-check";
    const last = round.answeredAt ?? round.lastAskAt;
    const ping = asked
      ? this.#flows.pingBehind(round.asker, round.target, round.openedAt, last, round.answeredAt !== null)
      : null;
    if (ping !== null) this.#flows.attach(round, ping);
    else {
      const first = round.requests[0];
      const netns = first === undefined ? null : namespaceOfSender(first);
      const who = { kind: "arp", netns, src: knownAsker(round), dst: round.target, key: null } as const;
      this.#flows.attach(round, this.#flows.of(who, round.openedAt));
    }
    return round.flow as unknown as FlowRecord;
  }

  #close(record: ExchangeRecord, now: number): void {
    settleOrders(record);
    if (!record.told) this.#tell(record, now);
    record.closed = true;
    this.#move(record, null, now);
    const flow = record.flow as FlowRecord;
    if (record.kind === "echo") {
      this.#echoes.close(record);
      flow.netns ??= namespaceOfAsker(record);
      const taken = roundTrip(record);
      if (taken !== null) flow.addRoundTrip(Number(taken));
    } else if (record.kind === "arp") {
      this.#arp.close(record);
      coverRound(record, flow);
      if (flow.kind === "arp") countRound(record, flow);
    }
    visit(record, release, this.#journeys);
    flow.addOutcome(record);
    this.#flows.closed(flow);
  }
}

function isDone(record: ExchangeRecord): boolean {
  return record.told && (record.kind !== "echo" || record.replies.length + record.errors.length > 0);
}

function release(journey: OpenJourney, journeys: JourneyTracker<ExchangeRecord>): void {
  journeys.release(journey);
}

function countRequest(record: EchoRecord, flow: FlowRecord): void {
  if (record.countedRequest) return;
  record.countedRequest = true;
  flow.requests++;
}

// A round gets its flow after it was seen.
function coverRound(round: ArpRecord, flow: FlowRecord): void {
  for (const journey of [...round.requests, ...round.replies]) {
    const { sightings, firstAt, lastAt } = journey;
    flow.cover(firstAt, firstOf(journey).frame.time, lastAt, (sightings[sightings.length - 1] as Packet).frame.time);
  }
}

function countRound(round: ArpRecord, flow: FlowRecord): void {
  if (round.requests.length > 0) flow.requests++;
  if (round.replies.length === 0) return;
  flow.replies++;
  flow.duplicates += round.replies.length - 1;
}

// tcpdump's text of a reply does not say whom it answers.
function knownAsker({ requests, replies, asker }: ArpRecord): Ipv4 | null {
  if (requests.length > 0 || replies[0] === undefined) return asker;
  const { network } = firstOf(replies[0]);
  return network.kind === "arp" && network.targetIp === null ? null : asker;
}
