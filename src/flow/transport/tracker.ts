// Follows connections and UDP exchanges from their first packet until nothing more is heard of them. What it is given is
// what tells something (wire/transport-sieve.ts); memory is bounded.

import { firstSighting, startOf } from "../../model/journey.ts";
import { TRACE_PORTS } from "../../model/ordinary-errors.ts";
import type { Packet } from "../../model/packet.ts";
import { namespaceOfSender } from "../asker.ts";
import { DelayList } from "../delay-list.ts";
import type { FlowRecord } from "../flow-record.ts";
import type { FlowBook } from "../flows.ts";
import { JourneyTracker } from "../journeys.ts";
import { TransportBook } from "./book.ts";
import type { TransportJourney, TransportRecord } from "./record.ts";

// A SYN is asked again for 127 s (tcp_syn_retries); a connection that was heard of so long ago is told as it stands.
const SILENT_FOR = 130e9;

/** All that is open of TCP and UDP. */
export class TransportTracker {
  readonly #flows: FlowBook;
  readonly #bound: number;
  readonly #journeys: JourneyTracker<TransportRecord>;
  readonly #book = new TransportBook();
  readonly #open = new DelayList<TransportRecord>(SILENT_FOR);
  #evicted = 0;

  constructor(flows: FlowBook, bounds: { readonly connections: number; readonly journeys: number }) {
    this.#flows = flows;
    this.#bound = bounds.connections;
    this.#journeys = new JourneyTracker(bounds.journeys);
  }

  /** Journeys and connections given up for want of room before their time. */
  get evicted(): number {
    return this.#journeys.evicted + this.#evicted;
  }

  /** When the next connection is given up; Infinity where there is none. */
  get due(): number {
    return this.#open.due;
  }

  /** Takes a packet of TCP or UDP. */
  push(packet: Packet, at: number, now: number): void {
    if (isProbe(packet)) return;
    const journey = this.#journeys.sight(packet, at, now);
    const record = journey.owner ?? this.#sort(journey, packet, at);
    if (record === null) return;
    if (journey.sightings.length > 1) this.#book.alias(record, packet);
    this.#heard(record, packet, at, now);
  }

  /** Takes an ICMP error about one of its packets; false where it is about none that it knows. */
  error(packet: Packet, at: number, now: number): boolean {
    const { network } = packet;
    const body = network.kind === "icmp" ? network.icmp?.body : null;
    const record = body?.kind === "error" && body.quoted !== null ? this.#book.quoted(body.quoted) : null;
    if (record === null || body?.kind !== "error") return false;
    const journey = this.#journeys.sight(packet, at, now);
    if (journey.owner === null) {
      journey.owner = record;
      if (record.errors.length < MOST_ERRORS) record.errors = [...record.errors, journey];
      const { flow } = record;
      if (flow !== null && body.what !== "redirect" && !record.countedError) {
        record.countedError = true;
        flow.errors++;
      }
    }
    this.#heard(record, packet, at, now);
    return true;
  }

  /** Gives up what nothing was heard of for long. */
  advance(now: number): void {
    while (this.#open.due <= now && this.#open.first !== null) this.#close(this.#open.first);
  }

  /** Closes everything. */
  finish(): void {
    while (this.#open.first !== null) this.#close(this.#open.first);
  }

  #sort(journey: TransportJourney, packet: Packet, at: number): TransportRecord | null {
    const sorted = this.#book.take(journey);
    if (sorted === null) return null;
    const { record, isNew, what } = sorted;
    journey.owner = record;
    if (isNew) {
      const netns = what === "question" ? namespaceOfSender(journey) : null;
      const { kind, source: src, destination: dst, destinationPort: key } = record;
      const flow = this.#flows.of({ kind, netns, src, dst, key }, at);
      flow.ports(record.sourcePort);
      this.#flows.own(record, flow);
      flow.requests++;
      this.#open.push(at, record);
      this.#makeRoom();
    }
    if (what === "answer" && !record.countedAnswer) {
      record.countedAnswer = true;
      (record.flow as FlowRecord).replies++;
      this.#timed(record, packet);
    }
    return record;
  }

  // From the question's first sight to its answer's at the same place.
  #timed(record: TransportRecord, answer: Packet): void {
    const question = record.kind === "tcp" ? record.syns.at(-1) : record.questions.at(-1);
    if (question === undefined || answer.frame.time === null) return;
    const first = firstSighting(question).frame;
    const asked = startOf(question);
    const isAsker = first.vantage === answer.frame.vantage && answer.frame.direction !== "out";
    if (isAsker && asked !== null && answer.frame.time >= asked)
      record.flow?.addRoundTrip(Number(answer.frame.time - asked));
  }

  #heard(record: TransportRecord, packet: Packet, at: number, now: number): void {
    if (record.closed) return;
    record.flow?.touch(at, packet.frame.time);
    this.#open.remove(record);
    this.#open.push(now, record);
  }

  #makeRoom(): void {
    while (this.#open.size > this.#bound) {
      this.#evicted++;
      this.#close(this.#open.first as TransportRecord);
    }
  }

  #close(record: TransportRecord): void {
    this.#open.remove(record);
    this.#book.close(record);
    record.closed = true;
    const flow = record.flow as FlowRecord;
    for (const list of record.lists())
      for (const journey of list) {
        journey.settleOrder();
        this.#journeys.release(journey);
      }
    const [first] = record.kind === "tcp" ? record.syns : record.questions;
    if (first !== undefined) flow.netns ??= namespaceOfSender(first);
    flow.addConnection(record);
    this.#flows.closed(flow);
  }
}

const MOST_ERRORS = 8;

// traceroute asks ever new ports for nothing but the error: the path is told by those (explain/path).
function isProbe({ network }: Packet): boolean {
  const port = network.kind === "udp" ? (network.udp?.destinationPort ?? 0) : 0;
  return port >= TRACE_PORTS.first && port <= TRACE_PORTS.last;
}
