// A flow is all that one asker asked one address under one ICMP id, with like exchanges counted instead of kept.

import type { Ipv4 } from "./address.ts";
import type { InCrowd } from "./crowd.ts";
import type { ArpExchange, EchoExchange, Exchange, TransportExchange } from "./exchange.ts";
import type { LoggedPacket } from "./firewall-log.ts";
import type { Printed } from "./printed.ts";
import type { Nanoseconds } from "./time.ts";

/** Exchanges that went the same way: same vantages in the same order, same end. Bounded: only examples are kept. */
export interface Outcome {
  readonly signature: string;
  count: number;
  /** The first exchange that ended so, whole. */
  readonly first: Exchange;
  /** The latest one, where there is more than one. */
  last: Exchange | null;
}

/** Connections that went the same way, as an outcome of pings is kept. */
export interface TransportOutcome {
  readonly signature: string;
  count: number;
  readonly first: TransportExchange;
  last: TransportExchange | null;
}

/** What a program's socket was told; ETIMEDOUT is what nothing at all becomes. */
export type SocketFailure = "ECONNREFUSED" | "EHOSTUNREACH" | "ENETUNREACH" | "ETIMEDOUT" | LateFailure;

/**
 * What ends a connection that was made: reset, ended by the other side before an answer (a read of nothing), or left without
 * one (EAGAIN is what a read with a timeout gets).
 */
export type LateFailure = "ECONNRESET" | "EOF" | "EAGAIN";

/** Whether the program had its connection before it failed: the way there and back works. */
export function failedLate({ told }: { readonly told?: ToldEnd | undefined }): boolean {
  return told?.failure === "ECONNRESET" || told?.failure === "EOF" || told?.failure === "EAGAIN";
}

/** That a connection failed, in the words of its program. */
export interface ToldEnd {
  /** Null where they say no more than that it failed. */
  readonly failure: SocketFailure | null;
  readonly line: string;
}

export interface Flow {
  readonly id: number;
  readonly kind: "ping" | "arp" | "icmp-error" | "tcp" | "udp" | "other";
  /** Namespace of the asker where vantage or state tells it. */
  readonly netns: string | null;
  readonly src: Ipv4 | null;
  readonly dst: Ipv4;
  readonly icmpId: number | null;
  /** Of TCP and UDP: the port that was asked, and the asker's, null where there were several; else absent. */
  readonly srcPort?: number | null;
  readonly dstPort?: number;
  requests: number;
  replies: number;
  duplicates: number;
  errors: number;
  rttMs: { min: number; avg: number; max: number } | null;
  from: Nanoseconds | null;
  to: Nanoseconds | null;
  /** Distinct outcomes of the echo exchanges, in order of first sight. */
  readonly echoOutcomes: Outcome[];
  /** Distinct outcomes of ARP exchanges that belong to this flow (for its next hop or its own target). */
  readonly arpOutcomes: Outcome[];
  readonly loneOutcomes: Outcome[];
  /** Distinct outcomes of TCP connections, or of exchanges over UDP. */
  readonly transportOutcomes?: TransportOutcome[];
  /** Of a connection: the program that made it says that it got its answer, whatever came after that. */
  readonly heard?: true;
  /** Of a connection: how it ended by what its program printed. */
  readonly told?: ToldEnd;
  /** Its packets in a firewall's log. */
  readonly logged?: readonly LoggedPacket[];
  /** ICMP ids of the runs this flow was put together from, where captures were taken one after another. */
  readonly joinedRuns?: readonly (number | null)[];
  /** The program that asked, where it is known and is no ping. */
  readonly program?: string;
  /** How the captures name its ends, where they name and do not number them: then the addresses stand for the names. */
  readonly names?: { readonly src?: string | undefined; readonly dst?: string | undefined };
  /** What was asked for instead over IPv6, as it was typed: then `dst` is only its address over IPv4. */
  readonly ipv6?: string;
  /** Its place among many like it, where there are so many. */
  readonly inCrowd?: InCrowd;
  /** What the ping that made it printed, where that is known. */
  readonly printed?: Printed;
  /** Somebody asks why it is not answered; null where a ping was typed and what it printed is not shown. */
  readonly wondered?: string | null;
}

/** The example exchanges of a flow's echo outcomes. */
export function echoExamples(flow: Flow): EchoExchange[] {
  return flow.echoOutcomes.flatMap((o) => (o.first.kind === "echo" ? [o.first] : []));
}
/** The example exchanges of a flow's ARP outcomes. */
export function arpExamples(flow: Flow): ArpExchange[] {
  return flow.arpOutcomes.flatMap((o) => (o.first.kind === "arp" ? [o.first] : []));
}

/** What a flow is of which no packet was seen; who asks whom is added to it. */
export const UNSEEN = {
  icmpId: null,
  requests: 0,
  replies: 0,
  duplicates: 0,
  errors: 0,
  rttMs: null,
  from: null,
  to: null,
  echoOutcomes: [],
  arpOutcomes: [],
  loneOutcomes: [],
} as const satisfies Partial<Flow>;
