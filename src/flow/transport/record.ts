// Connections and questions over UDP while they are open.

import type { Ipv4 } from "../../model/address.ts";
import type { TcpExchange, UdpExchange } from "../../model/exchange.ts";
import type { FlowRecord } from "../flow-record.ts";
import type { JourneyRecord } from "../journeys.ts";

/** A connection or an exchange over UDP. */
export type TransportRecord = TcpRecord | UdpRecord;

/** The journey of one of their packets. */
export type TransportJourney = JourneyRecord<TransportRecord>;

/** The two ends of a packet. */
export interface TransportEnds {
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

const NONE: readonly TransportJourney[] = Object.freeze([]);

class OpenTransport {
  flow: FlowRecord | null = null;
  closed = false;
  /** Its place among the open ones, by when it was last heard of. */
  older: TransportRecord | null = null;
  newer: TransportRecord | null = null;
  since = 0;
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly sourcePort: number;
  readonly destinationPort: number;
  errors: readonly TransportJourney[] = NONE;
  /** Keys under which it stands in the book: one for each translation of its ends. */
  readonly keys: number[] = [];
  /** The ends as they read behind each translation. */
  readonly aliases: TransportEnds[] = [];
  countedAnswer = false;
  countedError = false;

  constructor({ source, destination, sourcePort, destinationPort }: TransportEnds) {
    this.source = source;
    this.destination = destination;
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
  }
}

/** A TCP connection while it is open. */
export class TcpRecord extends OpenTransport implements TcpExchange {
  readonly kind = "tcp";
  syns: readonly TransportJourney[] = NONE;
  synAcks: readonly TransportJourney[] = NONE;
  resets: readonly TransportJourney[] = NONE;
  fins: readonly TransportJourney[] = NONE;
  segments: readonly TransportJourney[] = NONE;
  repeats: readonly TransportJourney[] = NONE;
  closedWindows: readonly TransportJourney[] = NONE;

  lists(): readonly (readonly TransportJourney[])[] {
    const { syns, synAcks, resets, fins, segments, repeats, closedWindows, errors } = this;
    return [syns, synAcks, resets, fins, segments, repeats, closedWindows, errors];
  }
}

/** An exchange over UDP while it is open. */
export class UdpRecord extends OpenTransport implements UdpExchange {
  readonly kind = "udp";
  questions: readonly TransportJourney[] = NONE;
  answers: readonly TransportJourney[] = NONE;
  /** Id of a DNS message or of a DHCP transaction: both ask again and again from one port. */
  readonly id: number | null;

  constructor(ends: TransportEnds, id: number | null) {
    super(ends);
    this.id = id;
  }

  lists(): readonly (readonly TransportJourney[])[] {
    return [this.questions, this.answers, this.errors];
  }
}
