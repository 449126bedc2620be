// How a TCP connection or an exchange over UDP ended, as far as its own packets tell.

import type { Ipv4 } from "./address.ts";
import type { TcpExchange, TransportExchange, UdpExchange } from "./exchange.ts";
import type { Flow } from "./flow.ts";
import type { Journey } from "./journey.ts";
import { firstSighting } from "./journey.ts";
import { isLoopbackVantage } from "./observed.ts";
import type { Packet, Tcp } from "./packet.ts";

// Lost once by chance is sent again and arrives; a path that never passes it shows at once more.
const STALLED_AFTER = 2;

const ACK = 0x10;

type Side = "asker" | "target";

/** How it ended. */
export type ConnectionEnd =
  /** Established, and nothing speaks against it. */
  | { readonly kind: "connected" }
  /** Nothing came back to the asker. `answered`: something was sent back, and did not come to its program. */
  | { readonly kind: "silent"; readonly answered: boolean }
  /** A reset came in place of the SYN-ACK, from this address. */
  | { readonly kind: "refused"; readonly by: Ipv4; readonly journey: Journey }
  /** An ICMP error came instead. */
  | { readonly kind: "error"; readonly journey: Journey }
  /** Data of one side is sent again and again, and never acknowledged. */
  | {
      readonly kind: "stalled";
      readonly sender: Side;
      readonly size: number;
      /** How often it was sent again; 0 where only the gap shows that it leaves at its receiver. */
      readonly times: number;
      /** Bytes that are missing in front of what came, where only that shows it. */
      readonly gap?: number;
      /** The last time it was sent; of a gap what came behind it. */
      readonly journey: Journey;
    }
  /** One side takes no data any more. */
  | { readonly kind: "window-closed"; readonly by: Side; readonly journey: Journey }
  /** Cut off by one side before both were done. */
  | { readonly kind: "reset"; readonly by: Side; readonly journey: Journey }
  /** The asker's own host resets what answers it: it knows nothing of this connection. */
  | { readonly kind: "disowned"; readonly journey: Journey }
  /** Only its middle was seen. */
  | { readonly kind: "midway" };

/** How a connection or an exchange over UDP ended; `asker`: the asker's namespace, where it is known. */
export function endOf(exchange: TransportExchange, asker: string | null = null): ConnectionEnd {
  return exchange.kind === "tcp" ? endOfTcp(exchange, asker) : endOfUdp(exchange, asker);
}

function endOfTcp(exchange: TcpExchange, asker: string | null): ConnectionEnd {
  const { syns, synAcks, resets, errors, segments, fins } = exchange;
  const [syn] = syns;
  const established = synAcks.length > 0 || segments.length + fins.length > 1;
  if (syn === undefined && synAcks.length === 0) return endOfMiddle(exchange);
  const [reset] = resets;
  if (!established || (synAcks.length > 0 && !isTaken(exchange, asker))) {
    if (reset !== undefined && !isFromAsker(exchange, reset) && arrives(resets, syn, asker))
      return { kind: "refused", by: sourceOf(reset), journey: reset };
    const error = errors.at(-1);
    if (error !== undefined) return { kind: "error", journey: error };
    return { kind: "silent", answered: synAcks.length + resets.length > 0 };
  }
  if (reset !== undefined && isFromAsker(exchange, reset) && !goesOn(exchange))
    return { kind: "disowned", journey: reset };
  return endOfMiddle(exchange);
}

// A SYN-ACK that comes again, or a SYN behind it, says that the asker's host did not take the first, or that its ACK was lost.
function isTaken(exchange: TcpExchange, asker: string | null): boolean {
  const { syns, synAcks } = exchange;
  if (goesOn(exchange)) return true;
  return arrives(synAcks, syns[0], asker) && syns.length < 2 && synAcks.length < 2;
}

/** Whether anything of the asker follows the handshake: then its answer has come to it, whoever saw that. */
export function goesOn(exchange: TcpExchange): boolean {
  return [...exchange.segments, ...exchange.fins, ...exchange.repeats].some((one) => isFromAsker(exchange, one));
}

function endOfMiddle(exchange: TcpExchange): ConnectionEnd {
  const { syns, synAcks, resets, closedWindows, errors } = exchange;
  const stall = stallOf(exchange) ?? gapOf(exchange);
  if (stall !== null) return stall;
  const closed = closedWindows.at(-1);
  if (closed !== undefined && !isReopened(exchange, closed))
    return { kind: "window-closed", by: sideOf(exchange, closed), journey: closed };
  const [reset] = resets;
  if (reset !== undefined && isAbrupt(exchange, reset))
    return { kind: "reset", by: sideOf(exchange, reset), journey: reset };
  const error = errors.at(-1);
  if (error !== undefined && isLast(exchange, error)) return { kind: "error", journey: error };
  return syns.length + synAcks.length > 0 ? { kind: "connected" } : { kind: "midway" };
}

// Nothing of the connection was seen behind it: it was not got over, as a path MTU that is learned would be.
function isLast({ segments, fins, repeats }: TcpExchange, error: Journey): boolean {
  return [...segments, ...fins, ...repeats].every(({ id }) => id < error.id);
}

// Data sent again at least twice whose end nobody has acknowledged since.
function stallOf(exchange: TcpExchange): Extract<ConnectionEnd, { kind: "stalled" }> | null {
  for (const sender of ["asker", "target"] as const) {
    const own = exchange.repeats.filter((one) => sideOf(exchange, one) === sender);
    const last = own.at(-1);
    const tcp = last === undefined ? null : tcpOf(last);
    if (last === undefined || tcp?.sequence == null || tcp.payloadLength == null) continue;
    const again = own.filter((one) => tcpOf(one)?.sequence === tcp.sequence);
    const end = tcp.sequence + tcp.payloadLength;
    const others = [...exchange.segments, ...exchange.fins, ...exchange.repeats, ...exchange.closedWindows];
    const isAcknowledged = others.some((one) => {
      const ack = sideOf(exchange, one) === sender ? null : (tcpOf(one)?.acknowledgement ?? null);
      return ack !== null && ((ack - end) | 0) >= 0;
    });
    if (again.length >= STALLED_AFTER && !isAcknowledged)
      return { kind: "stalled", sender, size: tcp.payloadLength, times: again.length, journey: last };
  }
  return null;
}

// How long TCP may take to fill a gap that chance has made: the first retransmission comes after 200 ms, twice that later.
const GAP_STAYS = 1_000_000_000n;
// RFC 9293 3.7.1: what a side takes that says nothing of it; and what time stamps take of it.
const USUAL_MSS = 536;
const TIME_STAMPS = 12;
// RFC 7323 2.3
const LARGEST_WINDOW = 1 << 30;

/**
 * What came behind a gap that was still there when its receiver closed: what filled it was sent in vain, wherever that was
 * seen. Null where there is none.
 */
export function gapOf(exchange: TcpExchange): Extract<ConnectionEnd, { kind: "stalled" }> | null {
  for (const sender of ["target", "asker"] as const) {
    const isOwn = (one: Journey): boolean => sideOf(exchange, one) === sender;
    // Text counts from the first number that it saw of a side: without its SYN from anywhere.
    const begun = sender === "target" ? exchange.synAcks : exchange.syns;
    // What answers a closed socket's segments acknowledges nothing.
    const closing = [...exchange.fins, ...exchange.resets].filter((one) => !isOwn(one) && ackOf(one) !== null);
    const taken = [...closing, ...exchange.segments].filter((one) => !isOwn(one)).flatMap((one) => ackOf(one) ?? []);
    const last = closing.at(-1);
    if (begun.length === 0 || last === undefined || taken.length === 0) continue;
    const end = taken.reduce((a, b) => (((b - a) | 0) > 0 ? b : a));
    const behind = [...exchange.segments, ...exchange.fins].filter(isOwn).find((one) => {
      const sequence = tcpOf(one)?.sequence ?? null;
      const ahead = sequence === null ? 0 : (sequence - end) | 0;
      return ahead > 0 && ahead < LARGEST_WINDOW && stays(one, last);
    });
    const sequence = behind === undefined ? null : (tcpOf(behind)?.sequence ?? null);
    if (behind === undefined || sequence === null) continue;
    const gap = (sequence - end) | 0;
    return {
      kind: "stalled",
      sender,
      size: Math.min(gap, segmentSize(exchange, sender)),
      times: 0,
      gap,
      journey: behind,
    };
  }
  return null;
}

function ackOf(journey: Journey): number | null {
  const tcp = tcpOf(journey);
  return tcp !== null && (tcp.flags & ACK) !== 0 ? tcp.acknowledgement : null;
}

function stays(behind: Journey, closing: Journey): boolean {
  const [from, to] = [firstSighting(behind).frame.time, firstSighting(closing).frame.time];
  return from !== null && to !== null && to - from >= GAP_STAYS;
}

// The largest segment that its receiver has asked for.
function segmentSize({ syns, synAcks }: TcpExchange, sender: Side): number {
  const asked = (sender === "target" ? syns : synAcks).at(0);
  const options = asked === undefined ? null : (tcpOf(asked)?.options ?? null);
  return (options?.mss ?? USUAL_MSS) - (options?.timestamps == null ? 0 : TIME_STAMPS);
}

function isReopened(exchange: TcpExchange, closed: Journey): boolean {
  const by = sideOf(exchange, closed);
  return [...exchange.segments, ...exchange.fins].some(
    (one) => one.id > closed.id && sideOf(exchange, one) === by && (tcpOf(one)?.window ?? 0) > 0,
  );
}

// Who has closed may reset what still comes; and who resets after the other has closed has had all.
function isAbrupt({ fins }: TcpExchange, reset: Journey): boolean {
  return !fins.some(({ id }) => id < reset.id);
}

function endOfUdp({ questions, answers, errors }: UdpExchange, asker: string | null): ConnectionEnd {
  const [question] = questions;
  if (question === undefined) return { kind: "midway" };
  if (answers.length > 0 && arrives(answers, question, asker)) return { kind: "connected" };
  const error = errors.at(-1);
  if (error !== undefined) return { kind: "error", journey: error };
  return { kind: "silent", answered: answers.length > 0 };
}

/** Whether one of these packets was seen where the question began, elsewhere in that namespace, or on a loopback device. */
function arrives(packets: readonly Journey[], question: Journey | undefined, asker: string | null): boolean {
  if (question === undefined) return packets.length > 0;
  const start = firstSighting(question).frame.vantage;
  const home = asker ?? start.netns;
  return packets.some(({ sightings }) =>
    sightings.some(
      ({ frame: { vantage } }) =>
        vantage === start || isLoopbackVantage(vantage) || (home !== null && vantage.netns === home),
    ),
  );
}

function sideOf(exchange: TransportExchange, journey: Journey): Side {
  return isFromAsker(exchange, journey) ? "asker" : "target";
}

function isFromAsker(exchange: TransportExchange, { sightings }: Journey): boolean {
  return sightings.some(({ network }) => {
    if (network.kind !== "tcp" && network.kind !== "udp") return false;
    const header = network.kind === "tcp" ? network.tcp : network.udp;
    return (
      (network.ip.source === exchange.source && header?.sourcePort === exchange.sourcePort) ||
      (network.ip.destination === exchange.destination && header?.destinationPort === exchange.destinationPort)
    );
  });
}

function tcpOf(journey: Journey): Tcp | null {
  const { network } = firstSighting(journey);
  return network.kind === "tcp" ? network.tcp : null;
}

function sourceOf(journey: Journey): Ipv4 {
  const { network } = journey.sightings.at(-1) as Packet;
  return network.kind === "tcp" ? network.ip.source : (0 as Ipv4);
}

/** A connection or exchange of a flow with its end, and how many went so. */
export interface Ended {
  readonly exchange: TransportExchange;
  readonly end: ConnectionEnd;
  readonly count: number;
}

/** How the connections of a flow ended, in order of first sight; empty for a flow of pings. */
export function endsOf(flow: Flow): Ended[] {
  const ends = (flow.transportOutcomes ?? []).map(({ first, count }) => ({
    exchange: first,
    end: flow.heard === true ? asHeard(endOf(first, flow.netns)) : endOf(first, flow.netns),
    count,
  }));
  const isOwn = ({ end }: Ended): boolean => isOwnReset(end, flow.netns);
  return ends.every(isOwn) ? ends : ends.map((one) => (isOwn(one) ? { ...one, end: { kind: "connected" } } : one));
}

// Seen to leave the asker's own host: what stands on the way resets in its name, too. A program that connects anew has given
// the connection up of its own will, as a port scan does: how the others went is told.
function isOwnReset(end: ConnectionEnd, asker: string | null): boolean {
  if (end.kind !== "reset" || end.by !== "asker") return false;
  const { vantage, direction } = firstSighting(end.journey).frame;
  return asker !== null && vantage.netns === asker && direction === "out";
}

const AFTER_THE_ANSWER: ReadonlySet<ConnectionEnd["kind"]> = new Set(["window-closed", "reset", "stalled"]);

// Who has answered may close with what it did not read.
function asHeard(end: ConnectionEnd): ConnectionEnd {
  return AFTER_THE_ANSWER.has(end.kind) ? { kind: "connected" } : end;
}

/** Whether only the middle of everything in this flow was seen: it stood before anybody looked. */
export function stoodBefore({ transportOutcomes = [] }: Flow): boolean {
  return (
    transportOutcomes.length > 0 &&
    transportOutcomes.every(({ first }) =>
      first.kind === "tcp" ? first.syns.length + first.synAcks.length === 0 : first.questions.length === 0,
    )
  );
}

/** Whether an end is what the asker wanted. */
export function isGood({ kind }: ConnectionEnd): boolean {
  return kind === "connected" || kind === "midway";
}
