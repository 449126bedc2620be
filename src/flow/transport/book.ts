// The open connections and UDP exchanges: which of them a segment, a datagram or an error belongs to, whatever was translated.

import { ANY_IPV4, type Ipv4 } from "../../model/address.ts";
import { firstSighting } from "../../model/journey.ts";
import type { Packet, Quoted, Tcp, Udp } from "../../model/packet.ts";
import { mix } from "../identity.ts";
import { TcpRecord, type TransportEnds, type TransportJourney, type TransportRecord, UdpRecord } from "./record.ts";

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;
// More of one kind says nothing new.
const MOST = 24;

/** Ports that answer: who sends from there does not ask. */
const SERVERS: ReadonlySet<number> = new Set([
  53, 67, 69, 123, 137, 161, 500, 514, 1194, 1812, 3478, 5060, 5353, 51820,
]);

const DHCP: TransportEnds = {
  source: ANY_IPV4,
  destination: 0xffffffff as TransportEnds["destination"],
  sourcePort: 68,
  destinationPort: 67,
};

/** What a packet was sorted into. */
export interface Sorted {
  readonly record: TransportRecord;
  readonly isNew: boolean;
  /** It is a question, or the first thing that comes back. */
  readonly what: "question" | "answer" | "reset" | "end" | "other";
}

/** Open records by their ends. */
export class TransportBook {
  readonly #byEnds = new Map<number, TransportRecord[]>();

  get size(): number {
    return this.#byEnds.size;
  }

  /** Sorts a journey in by its first sighting; null where its ports are not known. */
  take(journey: TransportJourney): Sorted | null {
    const { network } = firstSighting(journey);
    if (network.kind === "tcp" && network.tcp !== null) return this.#segment(journey, endsOf(network), network.tcp);
    if (network.kind === "udp" && network.udp !== null) return this.#datagram(journey, endsOf(network), network.udp);
    return null;
  }

  /** The record an ICMP error is about, by what it quotes. */
  quoted(quoted: Quoted): TransportRecord | null {
    const { ip, ports } = quoted;
    if (ports === undefined || (ip.protocol !== 6 && ip.protocol !== 17)) return null;
    const ends = { source: ip.source, destination: ip.destination, destinationPort: ports.destination };
    if (ports.source === null) return this.#only(ends, ip.protocol);
    const kind = ip.protocol === 6 ? "tcp" : "udp";
    const own = this.#find({ ...ends, sourcePort: ports.source }, kind, null);
    const from = { address: ip.source, port: ports.source };
    return own ?? this.#askedFrom(from, kind, (packet) => isQuotedBy(quoted, packet));
  }

  /** Notes that a record's packet was seen with other ends: something on the way has translated them. */
  alias(record: TransportRecord, packet: Packet): void {
    const { network } = packet;
    if ((network.kind !== "tcp" || network.tcp === null) && (network.kind !== "udp" || network.udp === null)) return;
    const ends = endsOf(network);
    if (this.#stands(record, ends)) return;
    const first = record.kind === "tcp" ? record.syns[0] : record.questions[0];
    const isQuestion = first?.sightings.includes(packet) ?? false;
    record.aliases.push(isQuestion ? ends : turned(ends));
    this.#enter(record, ends);
  }

  /** Takes a closed record out. */
  close(record: TransportRecord): void {
    for (const key of record.keys) {
      const list = this.#byEnds.get(key) ?? [];
      if (list.length < 2) this.#byEnds.delete(key);
      else
        this.#byEnds.set(
          key,
          list.filter((other) => other !== record),
        );
    }
  }

  #segment(journey: TransportJourney, ends: TransportEnds, tcp: Tcp): Sorted {
    const { flags } = tcp;
    const isSyn = (flags & (SYN | ACK | RST)) === SYN;
    const known = (this.#find(ends, "tcp", null) ?? this.#answered(journey, ends, tcp)) as TcpRecord | null;
    // The same ports after an end are a new connection; the same number is the same question again.
    const isOver = isSyn && known !== null && known.syns.length > 0 && !asksAgain(known, tcp);
    if (isOver) this.close(known);
    const record = isOver || known === null ? this.#openTcp(ends, tcp) : known;
    const isNew = record !== known;
    if (isSyn) {
      record.syns = more(record.syns, journey);
      return { record, isNew, what: "question" };
    }
    if ((flags & RST) !== 0) {
      record.resets = more(record.resets, journey);
      return { record, isNew, what: "reset" };
    }
    if ((flags & SYN) !== 0) {
      record.synAcks = more(record.synAcks, journey);
      return { record, isNew, what: "answer" };
    }
    if (tcp.window === 0) record.closedWindows = more(record.closedWindows, journey);
    if ((flags & FIN) !== 0) {
      record.fins = more(record.fins, journey);
      return { record, isNew, what: "end" };
    }
    if (tcp.window === 0) return { record, isNew, what: "other" };
    if (wasSentBefore(record, journey, tcp)) record.repeats = more(record.repeats, journey);
    else record.segments = more(record.segments, journey);
    return { record, isNew, what: "other" };
  }

  // What the asker's own host sends to itself by a translation is seen on lo with its new ends, and what answers it with those
  // that its program knows: only the number that it acknowledges tells what it answers.
  #answered(journey: TransportJourney, ends: TransportEnds, { flags, acknowledgement }: Tcp): TransportRecord | null {
    const { vantage } = firstSighting(journey).frame;
    if (vantage.interface !== "lo" || (flags & ACK) === 0 || (flags & (SYN | RST)) === 0) return null;
    const record = this.#askedFrom(
      { address: ends.destination, port: ends.destinationPort },
      "tcp",
      ({ frame, network }) =>
        frame.vantage === vantage &&
        network.kind === "tcp" &&
        ((network.tcp?.sequence ?? -1) + 1) >>> 0 === acknowledgement,
    );
    if (record === null) return null;
    record.aliases.push(turned(ends));
    this.#enter(record, ends);
    return record;
  }

  /** The record of a question that left from there. */
  #askedFrom(
    { address, port }: Asker,
    kind: TransportRecord["kind"],
    isIt: (question: Packet) => boolean,
  ): TransportRecord | null {
    const list = this.#byEnds.get(askerKey({ address, port }, kind)) ?? [];
    for (const record of list) {
      if (record.kind !== kind || record.source !== address || record.sourcePort !== port) continue;
      const questions = record.kind === "tcp" ? record.syns : record.questions;
      if (questions.some((journey) => isIt(firstSighting(journey)))) return record;
    }
    return null;
  }

  #datagram(journey: TransportJourney, ends: TransportEnds, udp: Udp): Sorted {
    const { application } = udp;
    const isDhcp = application?.kind === "dhcp";
    const id = application === null ? null : application.kind === "dns" ? application.id : application.transaction;
    // A client without an address and its server share no ends, only the transaction.
    const key = isDhcp ? DHCP : ends;
    const known = this.#find(key, "udp", id) as UdpRecord | null;
    const isBack =
      application?.kind === "dns"
        ? application.response
        : application?.kind === "dhcp"
          ? application.operation === 2
          : known === null
            ? SERVERS.has(ends.sourcePort) && !SERVERS.has(ends.destinationPort)
            : !isFromAsker(known, ends);
    const record = known ?? new UdpRecord(isBack ? turned(ends) : ends, id);
    if (known === null) {
      if (isDhcp) record.aliases.push(DHCP);
      this.#enter(record, key);
    }
    if (isBack) record.answers = more(record.answers, journey);
    else record.questions = more(record.questions, journey);
    return { record, isNew: known === null, what: isBack ? "answer" : "question" };
  }

  // In the middle of a connection nobody knows who began it: the lower port is mostly the service's.
  #openTcp(ends: TransportEnds, { flags }: Tcp): TcpRecord {
    const isAnswer = (flags & (SYN | ACK)) === (SYN | ACK);
    const isMiddle = (flags & SYN) === 0 && ends.sourcePort < ends.destinationPort;
    const record = new TcpRecord(isAnswer || isMiddle ? turned(ends) : ends);
    this.#enter(record, ends);
    return record;
  }

  #enter(record: TransportRecord, ends: TransportEnds): void {
    this.#list(record, keyOf(ends, record.kind));
    if (record.keys.length > 1) return;
    this.#list(record, askerKey({ address: record.source, port: record.sourcePort }, record.kind));
  }

  #list(record: TransportRecord, key: number): void {
    record.keys.push(key);
    const list = this.#byEnds.get(key);
    if (list === undefined) this.#byEnds.set(key, [record]);
    else list.push(record);
  }

  #find(ends: TransportEnds, kind: TransportRecord["kind"], id: number | null): TransportRecord | null {
    const list = this.#byEnds.get(keyOf(ends, kind));
    if (list === undefined) return null;
    for (let at = list.length - 1; at >= 0; at--) {
      const record = list[at] as TransportRecord;
      if (record.kind === kind && isOfId(record, id) && this.#stands(record, ends)) return record;
    }
    return null;
  }

  #only(ends: Omit<TransportEnds, "sourcePort">, protocol: number): TransportRecord | null {
    const kind = protocol === 6 ? "tcp" : "udp";
    for (const list of this.#byEnds.values()) {
      const found = list.find(
        (one) =>
          one.kind === kind &&
          one.source === ends.source &&
          one.destination === ends.destination &&
          one.destinationPort === ends.destinationPort,
      );
      if (found !== undefined) return found;
    }
    return null;
  }

  #stands(record: TransportRecord, ends: TransportEnds): boolean {
    const isSame = (one: TransportEnds): boolean => sameEnds(one, ends) || sameEnds(turned(one), ends);
    return isSame(record) || record.aliases.some(isSame);
  }
}

interface Asker {
  readonly address: Ipv4;
  readonly port: number;
}

function askerKey({ address, port }: Asker, kind: string): number {
  return mix(mix(kind.charCodeAt(0) << 8, address), port) >>> 0;
}

// Translation changes neither the number of a segment nor the identification and length of a datagram.
function isQuotedBy({ ip, sequence }: Quoted, { network }: Packet): boolean {
  if (network.kind === "tcp") return sequence !== undefined && network.tcp?.sequence === sequence;
  const { identification, totalLength } = ip;
  if (network.kind !== "udp" || identification === null || identification === 0) return false;
  return network.ip.identification === identification && network.ip.totalLength === totalLength;
}

function isOfId(record: TransportRecord, id: number | null): boolean {
  return record.kind === "tcp" || id === null || record.id === id;
}

function more(list: readonly TransportJourney[], journey: TransportJourney): readonly TransportJourney[] {
  return list.length < MOST ? [...list, journey] : list;
}

function asksAgain({ syns }: TcpRecord, { sequence }: Tcp): boolean {
  if (sequence === null) return true;
  return syns.some((journey) => {
    const { network } = firstSighting(journey);
    return network.kind === "tcp" && network.tcp?.sequence === sequence;
  });
}

// The sieve lets pass what ends at or before the end of what was sent already; of text every segment comes.
function wasSentBefore(record: TcpRecord, journey: TransportJourney, { sequence, payloadLength }: Tcp): boolean {
  if (sequence === null || payloadLength === null || payloadLength < 2) return false;
  const packet = firstSighting(journey);
  const { vantage, captured } = packet.frame;
  if (captured !== null) return !isFirstDataOf(record, packet);
  return [...record.segments, ...record.repeats].some(({ sightings }) =>
    sightings.some(
      ({ frame, network }) =>
        frame.vantage === vantage &&
        network.kind === "tcp" &&
        sameSource(network.ip.source, packet) &&
        network.tcp?.sequence === sequence &&
        (network.tcp.payloadLength ?? 0) > 1,
    ),
  );
}

function sameSource(source: number, { network }: Packet): boolean {
  return network.kind === "tcp" && network.ip.source === source;
}

// Of each direction the first data that a vantage sees passes, too.
function isFirstDataOf({ segments }: TcpRecord, packet: Packet): boolean {
  const { network } = packet;
  if (network.kind !== "tcp") return true;
  return !segments.some((journey) =>
    journey.sightings.some(
      ({ frame, network: seen }) =>
        seen.kind === "tcp" &&
        frame.vantage === packet.frame.vantage &&
        seen.ip.source === network.ip.source &&
        seen.tcp?.sourcePort === network.tcp?.sourcePort &&
        (seen.tcp?.payloadLength ?? 0) > 0,
    ),
  );
}

function isFromAsker(record: UdpRecord, ends: TransportEnds): boolean {
  return sameEnds(record, ends) || record.aliases.some((one) => sameEnds(one, ends));
}

function endsOf(network: Extract<Packet["network"], { kind: "tcp" | "udp" }>): TransportEnds {
  const header = (network.kind === "tcp" ? network.tcp : network.udp) as Tcp | Udp;
  const { source, destination } = network.ip;
  return { source, destination, sourcePort: header.sourcePort, destinationPort: header.destinationPort };
}

function turned({ source, destination, sourcePort, destinationPort }: TransportEnds): TransportEnds {
  return { source: destination, destination: source, sourcePort: destinationPort, destinationPort: sourcePort };
}

function sameEnds(a: TransportEnds, b: TransportEnds): boolean {
  return (
    a.source === b.source &&
    a.destination === b.destination &&
    a.sourcePort === b.sourcePort &&
    a.destinationPort === b.destinationPort
  );
}

// Alike for both directions.
function keyOf({ source, destination, sourcePort, destinationPort }: TransportEnds, kind: string): number {
  const one = mix(mix(kind.length + kind.charCodeAt(0), source), sourcePort);
  const other = mix(mix(kind.length + kind.charCodeAt(0), destination), destinationPort);
  return (one ^ other) >>> 0;
}
