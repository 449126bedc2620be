// Questions that explanations ask of what was seen: who asked, who answered, and where.

import { formatIpv4, type Ipv4 } from "./address.ts";
import type { PacketVerdict, PacketView } from "./cause.ts";
import { circleIn } from "./circle.ts";
import type { ArpExchange, EchoExchange, Exchange, TransportExchange } from "./exchange.ts";
import type { Flow, Outcome, TransportOutcome } from "./flow.ts";
import type { Journey } from "./journey.ts";
import type { FrameRef, Packet } from "./packet.ts";
import { type IcmpKind, verdictOfPrintedError } from "./printed-verdict.ts";
import { text } from "./text.ts";
import type { InputSummary, Vantage } from "./vantage.ts";

/** Linux gives its loopback device the name lo in every namespace; a file `net0.lo.pcap` without state is named whole. */
export function isLoopbackVantage(vantage: Vantage): boolean {
  return vantage.interface === "lo" || (vantage.interface?.endsWith(".lo") ?? false);
}

/** All journeys of an exchange, the question first. */
export function journeysOf(exchange: Exchange | TransportExchange): readonly Journey[] {
  switch (exchange.kind) {
    case "arp":
      return [...exchange.requests, ...exchange.replies];
    case "echo":
      return [
        ...(exchange.request ? [exchange.request] : []),
        ...(exchange.copies ?? []),
        ...exchange.fragments,
        ...exchange.replies,
        ...exchange.errors,
      ];
    case "lone":
      return [exchange.journey];
    case "tcp":
      return [
        ...exchange.syns,
        ...exchange.synAcks,
        ...exchange.segments,
        ...exchange.repeats,
        ...exchange.closedWindows,
        ...exchange.fins,
        ...exchange.resets,
        ...exchange.errors,
      ];
    case "udp":
      return [...exchange.questions, ...exchange.answers, ...exchange.errors];
  }
}

/** All outcomes of a flow, those of ARP first. */
function allOutcomesOf(flow: Flow): readonly (Outcome | TransportOutcome)[] {
  return [...flow.arpOutcomes, ...flow.echoOutcomes, ...(flow.transportOutcomes ?? []), ...flow.loneOutcomes];
}

/** The kept example exchanges of a flow, ARP first. */
export function examplesOf(flow: Flow): (Exchange | TransportExchange)[] {
  return allOutcomesOf(flow).flatMap((o) => (o.last ? [o.first, o.last] : [o.first]));
}

/** Every kept sighting of a flow. */
export function sightingsOf(flow: Flow): Packet[] {
  return examplesOf(flow).flatMap((e) => journeysOf(e).flatMap((j) => [...j.sightings]));
}

/** Frames of a list of journeys, in order of time, each once. */
export function framesOf(journeys: readonly Journey[]): FrameRef[] {
  return journeys.flatMap((j) => j.sightings.map((s) => s.frame));
}

// Frames that cross a veth are stamped 1 to 40 µs apart and can tie at microseconds: closer stamps tell no order.
const SAME_MOMENT = 3_000n;

// Where a question can have begun: its first sighting, or each that could as well be the first.
function beginnings({ sightings, orderInferred }: Journey): Packet[] {
  const first = sightings[0] as Packet;
  if (!orderInferred) return [first];
  const start = first.frame.time;
  const ttl = Math.max(...sightings.map((s) => ttlOf(s) ?? 0));
  return sightings.filter(
    (s) => (ttlOf(s) ?? 0) === ttl && (start === null || s.frame.time === null || s.frame.time - start < SAME_MOMENT),
  );
}

function ttlOf({ network }: Packet): number | null {
  return network.kind === "icmp" ? network.ip.ttl : null;
}

/**
 * Whether an answer came back to the asker's side: to where the question was first seen, elsewhere in that namespace,
 * or on a loopback device. An answer that was seen only elsewhere may have died on its way.
 */
export function cameBack(exchange: ArpExchange | EchoExchange, asker: string | null = null): boolean {
  const { replies } = exchange;
  if (replies.length === 0 || (exchange.kind === "echo" && exchange.unheard)) return false;
  if (exchange.kind === "echo" && circleIn(replies) !== null) return false;
  const question = exchange.kind === "arp" ? exchange.requests[0] : exchange.request;
  if (!question) return true;
  const starts = beginnings(question).map((s) => s.frame.vantage);
  // Where the stamps leave open at which end it began, the namespace is open too.
  const namespaces = new Set(starts.map((start) => start.netns));
  const home = asker ?? (namespaces.size === 1 ? (starts[0]?.netns ?? null) : null);
  return replies.some((reply) =>
    reply.sightings.some(
      ({ frame: { vantage } }) =>
        isLoopbackVantage(vantage) || starts.includes(vantage) || (home !== null && home === vantage.netns),
    ),
  );
}

/** Echo exchanges of the flow whose reply was seen, but not by the capture that saw the question leave. */
export function strayReplies(flow: Flow): { exchange: EchoExchange; count: number }[] {
  return flow.echoOutcomes.flatMap(({ first, count }) =>
    first.kind === "echo" && first.replies.length > 0 && !first.unheard && !cameBack(first, flow.netns)
      ? [{ exchange: first, count }]
      : [],
  );
}

/** ARP rounds of the flow that ask for a next hop and that no answer came back to, with how often they occurred. */
export function unansweredArp(flow: Flow): { exchange: ArpExchange; count: number }[] {
  return flow.arpOutcomes.flatMap((o) =>
    o.first.kind === "arp" &&
    o.first.purpose === "resolve" &&
    !cameBack(o.first, flow.kind === "arp" ? flow.netns : null)
      ? [{ exchange: o.first, count: o.count }]
      : [],
  );
}

/** ARP rounds of the flow that were answered; what a host says unasked about its own address answers nobody. */
export function answeredArp(flow: Flow): ArpExchange[] {
  return flow.arpOutcomes.flatMap((o) =>
    o.first.kind === "arp" && o.first.purpose !== "gratuitous" && cameBack(o.first) ? [o.first] : [],
  );
}

/** Ethernet captures that saw no ARP and no ICMP at all while others saw this journey: it may not have come so far. */
export function quietWires(view: PacketView, journey: Journey): InputSummary[] {
  const seen = new Set(journey.sightings.map((s) => s.frame.vantage));
  return view.inputs.filter(
    (input) =>
      input.explained === 0 &&
      !seen.has(input.vantage) &&
      isWire(input.vantage) &&
      (input.droppedByKernel ?? 0) === 0 &&
      (input.filter === null || /\barp\b/.test(input.filter)),
  );
}

/** Example echo exchanges whose request was seen, answered or not. */
export function echoes(flow: Flow): EchoExchange[] {
  return flow.echoOutcomes.flatMap((o) => (o.first.kind === "echo" ? [o.first] : []));
}

export interface SelfMadeError {
  readonly frame: FrameRef;
  readonly address: Ipv4;
  readonly type: number;
  readonly code: number | null;
}

/** An ICMP error about a request that an address sent to itself: its own kernel made it, and it travels on lo. */
export function selfMadeError(flow: Flow): SelfMadeError | null {
  return errorToSelf(flow, 8);
}

/** Whether a journey is an ICMP error that quotes an echo reply: it is for the one who answered, not for the asker. */
export function quotesReply({ sightings }: Journey): boolean {
  const network = sightings[0]?.network;
  const body = network?.kind === "icmp" ? network.icmp?.body : null;
  return body?.kind === "error" && body.quoted?.icmp?.type === 0;
}

function errorsOf(exchange: Exchange | TransportExchange): readonly Journey[] {
  if (exchange.kind === "arp") return [];
  return exchange.kind === "lone" ? [exchange.journey] : exchange.errors;
}

function errorToSelf(flow: Flow, quotedType: 0 | 8): SelfMadeError | null {
  for (const exchange of examplesOf(flow)) {
    const errors = errorsOf(exchange);
    for (const journey of errors) {
      const packet = journey.sightings[0];
      if (packet?.network.kind !== "icmp" || packet.network.icmp?.body.kind !== "error") continue;
      const { ip, icmp } = packet.network;
      if (icmp.body.kind !== "error" || (icmp.body.quoted?.icmp?.type ?? 8) !== quotedType) continue;
      if (ip.source === ip.destination && icmp.body.quoted?.ip.source === ip.source) {
        return { frame: packet.frame, address: ip.source, type: icmp.type, code: icmp.code };
      }
    }
  }
  return null;
}

/** Whether ping itself says that nothing came back to it, whatever the captures show. */
export function isUnheard({ printed }: Flow): boolean {
  return printed !== undefined && printed.received === 0 && (printed.transmitted ?? 0) > 0;
}

/** Vantages at which any kept packet of the flow was seen. */
export function vantagesOf(flow: Flow): Set<Vantage> {
  return new Set(sightingsOf(flow).map((p) => p.frame.vantage));
}

/** A wrong checksum in the IPv4 header or in the ICMP message, as the decoder has found it. */
export function isDamaged({ network }: Packet): boolean {
  if (network.kind !== "icmp") return false;
  return network.ip.checksumOk === false || network.icmp?.checksumOk === false;
}

/**
 * The last sight of a journey where it arrives with a wrong checksum; null where it does not, and where the capture is
 * the sender's own, whose card may still have to fill the checksum in.
 */
export function arrivesDamaged(journey: Journey): Packet | null {
  const last = arrival(journey);
  return last !== null && isDamaged(last) ? last : null;
}

/** The last sight of a journey where it arrives with an IPv4 header that says more, or other, than there is; else null. */
export function arrivesMalformed(journey: Journey): Packet | null {
  const last = arrival(journey);
  const isMalformed = last?.faults.some(
    ({ layer, limitedBy, what }) => layer === "ipv4" && (what === "bad-value" || limitedBy === "frame"),
  );
  return isMalformed ? last : null;
}

function arrival({ sightings }: Journey): Packet | null {
  const last = sightings.at(-1);
  const direction = last?.frame.direction;
  return last && (direction === "in" || (sightings.length > 1 && direction === null)) ? last : null;
}

/** A vantage on something other than the loopback device; false where the interface is not known. */
export function isWire(vantage: Vantage): boolean {
  return vantage.interface !== null && !isLoopbackVantage(vantage);
}

/** Facts about where a journey began and where it was seen last. */
export function interfacesOf(journey: Journey | null | undefined): { outInterface?: string; inInterface?: string } {
  const first = journey?.sightings[0]?.frame.vantage.interface;
  const last = journey && journey.sightings.length > 1 ? journey.sightings.at(-1)?.frame.vantage.interface : null;
  return { ...(first ? { outInterface: first } : {}), ...(last && last !== first ? { inInterface: last } : {}) };
}

/** The first ICMP error in the flow that somebody other than the asker sent about the asker's packet. */
function foreignError(flow: Flow): ForeignError | null {
  for (const exchange of examplesOf(flow)) {
    const errors = errorsOf(exchange);
    for (const journey of errors) {
      const packet = journey.sightings[0];
      if (packet?.network.kind !== "icmp" || packet.network.icmp?.body.kind !== "error") continue;
      const { ip, icmp } = packet.network;
      const body = packet.network.icmp.body;
      if (body.what === "redirect" || ip.source === ip.destination || body.quoted === null) continue;
      if (body.quoted.ip.source !== ip.destination) continue;
      const frames = journey.sightings.map((s) => s.frame);
      const asked = exchange.kind === "echo" ? (exchange.request?.sightings[0]?.frame.time ?? null) : null;
      const told = packet.frame.time;
      const after = asked === null || told === null ? null : told - asked;
      return { frames, after, from: ip.source, to: ip.destination, type: icmp.type, code: icmp.code, mtu: body.mtu };
    }
  }
  return null;
}
interface ForeignError {
  /** Nanoseconds between the request's first sight and the error's; null where the request was not seen. */
  readonly after: bigint | null;
  readonly frames: readonly FrameRef[];
  readonly from: Ipv4;
  readonly to: Ipv4;
  readonly type: number;
  readonly code: number | null;
  /** Next-hop MTU of fragmentation needed. */
  readonly mtu: number | null;
}

/**
 * What a cause says where an ICMP error names it: one that was captured, else one that ping printed; null where there
 * is none. `byTarget`: whether the target itself sends it, or somebody on the way.
 */
export function verdictOfError(
  view: PacketView,
  wanted: readonly IcmpKind[],
  certainty: PacketVerdict["certainty"],
  when: "at once" | "after a wait" | null = null,
  byTarget = false,
): PacketVerdict | null {
  const { flow } = view;
  const error = foreignError(flow);
  if (error === null) return verdictOfPrintedError(view, wanted, certainty, when, byTarget);
  // An ARP round that fails takes seconds; what a route or a rule refuses is refused at once.
  const waited = error.after === null ? null : error.after > 500_000_000n;
  if (when !== null && waited !== (when === "after a wait")) return null;
  if (
    error.to !== flow.src ||
    (error.from === flow.dst) !== byTarget ||
    flow.replies > 0 ||
    !wanted.some(([type, code]) => type === error.type && code === error.code)
  ) {
    return null;
  }
  const last = error.frames.at(-1);
  if (!last) return null;
  const [from, to] = [formatIpv4(error.from), formatIpv4(error.to)];
  return {
    certainty,
    netns: null,
    interface: null,
    facts: {
      target: formatIpv4(flow.dst),
      source: to,
      router: from,
      error: `${error.type}/${error.code}`,
      ...(error.mtu === null ? {} : { mtu: String(error.mtu) }),
      ...(flow.kind === "tcp" || flow.kind === "udp" ? { protocol: flow.kind } : {}),
      ...(flow.dstPort === undefined ? {} : { service: String(flow.dstPort) }),
    },
    evidence: [
      {
        basis: "seen",
        text: text(
          `ICMP error type ${error.type} code ${error.code} from ${from} to ${to}`,
          `${from} 发给 ${to} 的 ICMP 差错，类型 ${error.type}，代码 ${error.code}`,
        ),
        frames: error.frames,
      },
    ],
    ruledOut: [],
  };
}
