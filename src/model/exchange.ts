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
  /** By what the program printed it did not get the reply: that was dropped behind the capture point. */
  readonly unheard?: true;
}

/** An ICMP error or other ICMP message that belongs to no echo request. */
export interface LoneExchange {
  readonly kind: "lone";
  readonly journey: Journey;
}

/** A TCP connection, of which what tells how it went is kept; data that only carries it on is not. */
export interface TcpExchange {
  readonly kind: "tcp";
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** The question and its retries, in order, and what answers it. */
  readonly syns: readonly Journey[];
  readonly synAcks: readonly Journey[];
  readonly resets: readonly Journey[];
  readonly fins: readonly Journey[];
  /** The first segments each way, those that reopen a window, and those that acknowledge what was sent again. */
  readonly segments: readonly Journey[];
  /** Data that was sent again. */
  readonly repeats: readonly Journey[];
  /** Segments whose sender takes no more data. */
  readonly closedWindows: readonly Journey[];
  readonly errors: readonly Journey[];
}

/** Datagrams between two sockets: a question, asked again perhaps, and its answers. */
export interface UdpExchange {
  readonly kind: "udp";
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly questions: readonly Journey[];
  readonly answers: readonly Journey[];
  readonly errors: readonly Journey[];
}

export type Exchange = ArpExchange | EchoExchange | LoneExchange;
export type TransportExchange = TcpExchange | UdpExchange;
