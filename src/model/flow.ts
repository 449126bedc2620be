// A flow is all that one asker asked one address under one ICMP id, with like exchanges counted instead of kept.

import type { Ipv4 } from "./address.ts";
import type { ArpExchange, EchoExchange, Exchange } from "./exchange.ts";
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

export interface Flow {
  readonly id: number;
  readonly kind: "ping" | "arp" | "icmp-error" | "other";
  /** Namespace of the asker where vantage or state tells it. */
  readonly netns: string | null;
  readonly src: Ipv4 | null;
  readonly dst: Ipv4;
  readonly icmpId: number | null;
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
  /** ICMP ids of the runs this flow was put together from, where captures were taken one after another. */
  readonly joinedRuns?: readonly (number | null)[];
  /** What the ping that made it printed, where that is known. */
  readonly printed?: Printed;
}

/** The example exchanges of a flow's echo outcomes. */
export function echoExamples(flow: Flow): EchoExchange[] {
  return flow.echoOutcomes.flatMap((o) => (o.first.kind === "echo" ? [o.first] : []));
}
/** The example exchanges of a flow's ARP outcomes. */
export function arpExamples(flow: Flow): ArpExchange[] {
  return flow.arpOutcomes.flatMap((o) => (o.first.kind === "arp" ? [o.first] : []));
}
