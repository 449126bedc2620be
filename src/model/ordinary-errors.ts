// ICMP errors that a host gives as its ordinary answer, with no firewall behind them: nothing listens, or a trace is over.

import type { Ipv4 } from "./address.ts";
import type { Flow } from "./flow.ts";
import { echoes, examplesOf } from "./observed.ts";
import type { FrameRef, Ipv4Header, Packet, Quoted } from "./packet.ts";

const UDP = 17;
const TIME_EXCEEDED = 11;
const UNREACHABLE = 3;
const PROTOCOL_UNREACHABLE = 2;
const PORT_UNREACHABLE = 3;
// traceroute counts its UDP port up from here, one a probe: 3 probes for each of at most 255 hops.
export const TRACE_PORTS = { first: 33_434, last: 33_434 + 3 * 255 };

/** An ICMP error with what it quotes. */
interface QuotingError {
  readonly frame: FrameRef;
  readonly from: Ipv4;
  readonly type: number;
  readonly code: number | null;
  readonly quoted: Quoted;
}

/** The kept errors of a flow that quote a packet of it. */
function quotingErrors(flow: Flow): QuotingError[] {
  return examplesOf(flow).flatMap((exchange) => {
    const journeys = exchange.kind === "lone" ? [exchange.journey] : exchange.kind === "arp" ? [] : exchange.errors;
    return journeys.flatMap(({ sightings }): QuotingError[] => {
      const { network, frame } = sightings[0] as Packet;
      const icmp = network.kind === "icmp" ? network.icmp : null;
      if (network.kind !== "icmp" || icmp?.body.kind !== "error" || icmp.body.quoted === null) return [];
      return [{ frame, from: network.ip.source, type: icmp.type, code: icmp.code, quoted: icmp.body.quoted }];
    });
  });
}

/**
 * The target's own "nothing listens here": udp_rcv answers a datagram without a socket by port unreachable, and
 * ip_protocol_deliver_rcu one of a protocol that nobody speaks by protocol unreachable. A router says neither.
 */
export function nothingListens(flow: Flow): QuotingError | null {
  if (flow.kind !== "icmp-error" && flow.kind !== "udp") return null;
  return (
    quotingErrors(flow).find(
      ({ from, type, code, quoted }) =>
        type === UNREACHABLE &&
        from === flow.dst &&
        ((code === PORT_UNREACHABLE && quoted.ip.protocol === UDP) || code === PROTOCOL_UNREACHABLE),
    ) ?? null
  );
}

/** The error or reply by which a traceroute sees that it has arrived, where the flow is one that has; else null. */
export function traceReached(flow: Flow): FrameRef | null {
  return flow.kind === "icmp-error" ? udpTrace(flow) : flow.kind === "ping" ? echoTrace(flow) : null;
}

function udpTrace(flow: Flow): FrameRef | null {
  const errors = quotingErrors(flow);
  const arrived = errors.find(
    ({ from, type, code, quoted }) =>
      type === UNREACHABLE && code === PORT_UNREACHABLE && from === flow.dst && quoted.ip.protocol === UDP,
  );
  if (arrived === undefined) return null;
  const onTheWay = errors.some(({ type, from }) => type === TIME_EXCEEDED && from !== flow.dst);
  const port = arrived.quoted.ports?.destination ?? 0;
  return onTheWay || (port >= TRACE_PORTS.first && port <= TRACE_PORTS.last) ? arrived.frame : null;
}

// Questions with a small TTL die on the way, as they are meant to; those with a larger one are answered.
function echoTrace(flow: Flow): FrameRef | null {
  const all = flow.echoOutcomes.flatMap(({ first, last }) =>
    [first, ...(last === null ? [] : [last])].flatMap((one) => (one.kind === "echo" ? [one] : [])),
  );
  const expired = all.filter((one) => one.errors.length > 0);
  const answered = all.filter((one) => one.replies.length > 0);
  if (expired.length === 0 || answered.length === 0 || expired.some((one) => !isExpired(one.errors))) return null;
  // Silence between them is a hop that tells nothing; silence behind the first answer is a loss.
  const most = Math.max(...expired.map(ttlOf));
  const least = Math.min(...answered.map(ttlOf));
  const silent = all.filter((one) => one.errors.length + one.replies.length === 0);
  if (most >= least || silent.some((one) => ttlOf(one) >= least)) return null;
  return (
    echoes(flow)
      .find((one) => one.replies.length > 0)
      ?.replies[0]?.sightings.at(-1)?.frame ?? null
  );
}

function isExpired(errors: readonly { readonly sightings: readonly Packet[] }[]): boolean {
  return errors.every(({ sightings }) => {
    const { network } = sightings[0] as Packet;
    return network.kind === "icmp" && network.icmp?.type === TIME_EXCEEDED;
  });
}

function ttlOf({ request }: { readonly request: { readonly sightings: readonly Packet[] } | null }): number {
  const network = request?.sightings[0]?.network;
  const ip: Ipv4Header | null = network?.kind === "icmp" ? network.ip : null;
  return ip?.ttl ?? 0;
}
