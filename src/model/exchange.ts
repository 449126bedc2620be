// An exchange is a question with its answers: ARP ask and answer, echo request and reply, a packet and the error quoting it.

import type { Ipv4 } from "./address.ts";
import type { Journey } from "./journey.ts";

/** One ARP round: the request with its retries until an answer or the end of the round (mcast_solicit × retrans_time). */
export interface ArpExchange {
  readonly kind: "arp";
  readonly asker: Ipv4;
  readonly target: Ipv4;
  /** The request and its retries, in order. A retry is a journey of its own. */
  readonly requests: readonly Journey[];
  readonly replies: readonly Journey[];
  readonly purpose: "resolve" | "probe" | "gratuitous" | "unicast-check";
}

export interface EchoExchange {
  readonly kind: "echo";
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly icmpId: number;
  readonly sequence: number;
  /** Null where only a reply or an error was seen. */
  readonly request: Journey | null;
  readonly replies: readonly Journey[];
  readonly errors: readonly Journey[];
  /** Fragments other than the first, by journey. */
  readonly fragments: readonly Journey[];
  /** Further journeys of the same request: something on the way doubled it, or a bridge loop brought it back. */
  readonly copies?: readonly Journey[];
}

/** An ICMP error or other ICMP message that belongs to no echo request. */
export interface LoneExchange {
  readonly kind: "lone";
  readonly journey: Journey;
}

export type Exchange = ArpExchange | EchoExchange | LoneExchange;
