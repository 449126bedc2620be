// Exchanges while they are open: the model's exchanges, and what is needed to add to them.

import type { Ipv4 } from "../model/address.ts";
import type { ArpExchange, EchoExchange, LoneExchange } from "../model/exchange.ts";
import type { Packet } from "../model/packet.ts";
import type { DelayList } from "./delay-list.ts";
import type { FlowRecord } from "./flow-record.ts";
import type { JourneyRecord } from "./journeys.ts";

export type ExchangeRecord = EchoRecord | ArpRecord | LoneRecord;
export type OpenJourney = JourneyRecord<ExchangeRecord>;

/** What every open exchange has besides its packets. */
class OpenExchange {
  flow: FlowRecord | null = null;
  /** Set once it has been told as settled. */
  told = false;
  /** Set while it waits to be told. */
  telling = false;
  closed = false;
  /** The list of open exchanges it stands in, and its place there. */
  list: DelayList<ExchangeRecord> | null = null;
  older: ExchangeRecord | null = null;
  newer: ExchangeRecord | null = null;
  since = 0;
}

// Most exchanges have no error, fragment or copy, and an array that grows reserves room for 17: two million pings feel
// both.
const NONE: readonly OpenJourney[] = Object.freeze([]);

/** A list with one more journey. */
export function withJourney(list: readonly OpenJourney[], journey: OpenJourney): readonly OpenJourney[] {
  return list.length === 0 ? [journey] : [...list, journey];
}

/** An echo exchange while it is open. */
export class EchoRecord extends OpenExchange implements EchoExchange {
  readonly kind = "echo";
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly icmpId: number;
  readonly sequence: number;
  request: OpenJourney | null = null;
  replies: readonly OpenJourney[] = NONE;
  errors: readonly OpenJourney[] = NONE;
  fragments: readonly OpenJourney[] = NONE;
  copies: readonly OpenJourney[] = NONE;
  /** Whether the flow has counted the question, and an error. */
  countedRequest = false;
  countedError = false;
  readonly hash: number;
  next: EchoRecord | null = null;
  previous: EchoRecord | null = null;

  constructor(source: Ipv4, destination: Ipv4, icmpId: number, sequence: number, hash: number) {
    super();
    this.source = source;
    this.destination = destination;
    this.icmpId = icmpId;
    this.sequence = sequence;
    this.hash = hash;
  }
}

/** An ARP round while it is open. */
export class ArpRecord extends OpenExchange implements ArpExchange {
  readonly kind = "arp";
  readonly asker: Ipv4;
  readonly target: Ipv4;
  readonly requests: OpenJourney[] = [];
  readonly replies: OpenJourney[] = [];
  purpose: ArpExchange["purpose"];
  readonly openedAt: number;
  lastAskAt: number;
  answeredAt: number | null = null;
  /** No further request belongs to this round. */
  ended = false;

  constructor(asker: Ipv4, target: Ipv4, purpose: ArpExchange["purpose"], at: number) {
    super();
    this.asker = asker;
    this.target = target;
    this.purpose = purpose;
    this.openedAt = at;
    this.lastAskAt = at;
  }
}

/** A message that answers nothing and asks nothing. */
export class LoneRecord extends OpenExchange implements LoneExchange {
  readonly kind = "lone";
  readonly journey: OpenJourney;

  constructor(journey: OpenJourney) {
    super();
    this.journey = journey;
  }
}

/** The first sighting of an open journey. */
export function firstOf(journey: OpenJourney): Packet {
  return journey.sightings[0] as Packet;
}
