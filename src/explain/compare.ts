// Lays what was seen over what the walk foresees; the first place where they differ decides.

import { formatMac } from "../model/address.ts";
import type { ArpExchange, Exchange, TransportExchange } from "../model/exchange.ts";
import type { Flow, Outcome, TransportOutcome } from "../model/flow.ts";
import { FlowIndex } from "../model/flow-index.ts";
import { firstSighting } from "../model/journey.ts";
import { journeysOf } from "../model/observed.ts";
import type { Ipv4Header, Packet } from "../model/packet.ts";
import { MILLISECOND } from "../model/time.ts";
import { type ExpectedSighting, type Step, stepsOf, type Trace } from "../model/trace.ts";
import type { InputSummary } from "../model/vantage.ts";
import type { View } from "./view.ts";

export interface ComparedStep {
  readonly step: Step;
  /**
   * seen: a frame shows it. missing: somebody looked and it was not there. unwatched: nobody looked.
   * internal: happens inside the stack, where no frame is. skipped: an ARP round that a known neighbour made needless.
   */
  readonly status: "seen" | "missing" | "unwatched" | "internal" | "skipped";
  readonly packets: readonly Packet[];
  /** How many packets like it the flow holds (exchanges, by their outcome). */
  readonly count: number;
  readonly input: InputSummary | null;
}

export interface Comparison {
  readonly trace: Trace;
  readonly steps: readonly ComparedStep[];
  /** The first expected sighting that is missing where somebody looked. */
  readonly missing: ComparedStep | null;
  /** Packets of the flow that the walk does not foresee. */
  readonly unexpected: readonly Packet[];
  readonly seen: number;
}

interface Sight {
  readonly packet: Packet;
  readonly count: number;
}

/** ARP flows that ask what the walk asks: a router's question for its next hop, or one that no echo followed. */
function askedOnTheWay(trace: Trace, flows: readonly Flow[]): Flow[] {
  const found = new Set<Flow>();
  for (const { expects } of stepsOf(trace)) {
    const asks = expects?.packet.kind === "arp-request" ? expects.packet : null;
    if (asks === null) continue;
    for (const flow of FlowIndex.of(flows).arpFor(asks.target))
      if (asks.sender === null || flow.src === null || asks.sender === flow.src) found.add(flow);
  }
  return [...found].sort((a, b) => a.id - b.id);
}

/** What a host answered to the copy that it got of its own broadcast: it goes over lo before the request has left. */
function ownAnswers(trace: Trace, flow: Flow, flows: readonly Flow[]): Flow[] {
  if (flow.kind !== "ping" || flow.icmpId === null) return [];
  return flows.filter(
    ({ kind, src, dst, icmpId, requests }) =>
      kind === "ping" &&
      icmpId === flow.icmpId &&
      requests === 0 &&
      src === dst &&
      stepsOf(trace).some(
        ({ expects }) =>
          expects?.interface === "lo" && expects.packet.kind === "echo-reply" && expects.packet.source === dst,
      ),
  );
}

/** What comes back from another address than the one that was asked: it looks like a question of its own. */
function answersFromElsewhere(flow: Flow, flows: readonly Flow[]): Flow[] {
  const { kind, src, dst, srcPort } = flow;
  if (kind !== "udp" || flow.dstPort === undefined) return [];
  const dstPort = portOnTheWire(flow) ?? flow.dstPort;
  return flows.filter(
    (other) =>
      other.kind === "udp" &&
      other.dst === src &&
      other.src !== dst &&
      other.srcPort === dstPort &&
      (srcPort == null || other.dstPort === srcPort),
  );
}

// What its own host translates is told under the port that its program asked for (own-translation.ts).
function portOnTheWire({ transportOutcomes = [] }: Flow): number | null {
  const [first] = transportOutcomes.flatMap((one) => (one.first.kind === "udp" ? one.first.questions : []));
  const network = first === undefined ? null : firstSighting(first).network;
  return network?.kind === "udp" ? (network.udp?.destinationPort ?? null) : null;
}

/** The flows that belong to the walk of another one. */
export function besideWalk(trace: Trace, flow: Flow, flows: readonly Flow[]): Flow[] {
  return [...askedOnTheWay(trace, flows), ...ownAnswers(trace, flow, flows), ...answersFromElsewhere(flow, flows)];
}

/** Compares a flow, and the ARP flows that belong to its walk, with a trace. */
export function compare(trace: Trace, flow: Flow, view: View, flows: readonly Flow[] = []): Comparison {
  const related = besideWalk(trace, flow, flows).filter((other) => other !== flow);
  const sights = [flow, ...related].flatMap((one) => sightsOf(one, purposesOf(trace)));
  const used = new Set<Packet>();
  const walked: WalkedPorts = { asked: trace.attempt.transport?.sourcePort ?? null, seen: askerPorts(flow) };
  const found = stepsOf(trace).map((step) => ({
    step,
    sights: step.expects ? sights.filter((s) => matches(step.expects as ExpectedSighting, s.packet, view, walked)) : [],
  }));
  for (const { sights: own } of found) for (const s of own) used.add(s.packet);
  const echoSeen = found.some((f) => isQuestion(f.step) && f.sights.length > 0);
  const replySeen = found.some((f) => isReply(f.step) && f.sights.length > 0);
  const arpSeen = (legs: readonly string[]): boolean =>
    found.some((f) => legs.includes(f.step.leg) && f.sights.length > 0);
  const skipAsk = echoSeen && !arpSeen(["arp-request", "arp-reply"]);
  const skipReplyAsk = replySeen && !arpSeen(["reply-arp-request", "reply-arp-reply"]);

  const steps = found.map(({ step, sights: own }): ComparedStep => {
    const packets = own.map((s) => s.packet);
    const count = own.reduce((sum, s) => sum + s.count, 0);
    if (step.leg.startsWith("arp-") && skipAsk) return { step, status: "skipped", packets, count, input: null };
    if (step.leg.startsWith("reply-arp-") && skipReplyAsk)
      return { step, status: "skipped", packets, count, input: null };
    if (step.expects === null) return { step, status: "internal", packets, count, input: null };
    const input = view.watching(step.expects.netns, step.expects.interface);
    if (packets.length > 0) return { step, status: "seen", packets, count, input };
    if (step.expects.isInside || step.expects.isOptional) return { step, status: "internal", packets, count, input };
    const isEarly = comesAfter(found, step, view, trace.attempt.netns);
    return { step, status: input === null || isEarly ? "unwatched" : "missing", packets, count, input };
  });
  const missing =
    steps.find((s) => s.status === "missing" && s.input !== null && view.trustsAbsence(s.input, kindOf(s.step))) ??
    null;
  const unexpected = sights
    .filter(
      (s) =>
        !used.has(s.packet) &&
        (contradicts(trace, s.packet) || asksUnforeseen(trace, flow, s.packet)) &&
        placeKnown(s.packet, view),
    )
    .map((s) => s.packet);
  return { trace, steps, missing, unexpected, seen: used.size };
}

// What another host's kernel sends only when it has given a neighbour up: captures that ended before it say nothing of it.
// For the asker's own rounds a run waits.
function comesAfter(found: readonly Found[], step: Step, view: View, asker: string): boolean {
  const at = found.findIndex((one) => one.step === step);
  const waited = found.slice(0, at).findLast((one) => one.step.waits !== undefined)?.step;
  if (waited === undefined || waited.netns === asker || !step.leg.startsWith("error")) return false;
  const asked = found
    .filter((one) => one.step.netns === waited.netns && one.step.expects?.packet.kind === "arp-request")
    .flatMap(({ sights }) => sights.flatMap(({ packet }) => packet.frame.time ?? []));
  const ends = view.inputs.flatMap(({ to }) => to ?? []);
  if (asked.length === 0 || ends.length === 0) return false;
  const [first, end] = [asked, ends].map((times, k) => times.reduce((a, b) => ((k === 0 ? a < b : a > b) ? a : b)));
  return (end as bigint) - (first as bigint) < BigInt(waited.waits ?? 0) * MILLISECOND;
}

// Connections of one program differ in the port they come from: the walk is of one of them, and holds for all.
interface WalkedPorts {
  readonly asked: number | null;
  readonly seen: ReadonlySet<number>;
}

function askerPorts({ transportOutcomes = [] }: Flow): Set<number> {
  return new Set(transportOutcomes.flatMap(({ first, last }) => [first, last ?? first].map((one) => one.sourcePort)));
}

function isPort(expected: number | null, port: number, { asked, seen }: WalkedPorts): boolean {
  return expected === null || expected === port || (expected === asked && seen.has(port));
}

interface Found {
  readonly step: Step;
  readonly sights: readonly Sight[];
}

/** The frames of an IP packet that the walk foresees to that MAC address, by where they were really addressed to. */
export function addressedTo(
  { steps }: Comparison,
  mac: string,
): { readonly so: Packet[]; readonly otherwise: Packet[] } {
  const so: Packet[] = [];
  const otherwise: Packet[] = [];
  for (const { step, packets } of steps) {
    const to = step.expects?.destinationMac ?? null;
    if (to === null || formatMac(to) !== mac || kindOf(step) === "arp") continue;
    for (const packet of packets) {
      if (packet.link.kind === "ethernet") (packet.link.destination === to ? so : otherwise).push(packet);
    }
  }
  return { so, otherwise };
}

function kindOf({ expects }: Step): "arp" | "icmp" | "tcp" | "udp" {
  if (expects?.packet.kind === "transport") return expects.packet.what.protocol;
  return expects?.packet.kind.startsWith("arp") ? "arp" : "icmp";
}

const QUESTIONS: ReadonlySet<string> = new Set(["syn", "question"]);

function isQuestion({ expects }: Step): boolean {
  if (expects?.packet.kind === "transport") return QUESTIONS.has(expects.packet.what.kind);
  return expects?.packet.kind === "echo-request";
}

function isReply({ expects, leg }: Step): boolean {
  if (expects?.packet.kind === "transport") return leg === "reply";
  return expects?.packet.kind === "echo-reply";
}

// A rule before table local can make a host ask the cable for an address of its own: that looks like gratuitous ARP. A
// host without any address asks from 0.0.0.0: that looks like a probe.
function purposesOf(trace: Trace): Set<ArpExchange["purpose"]> {
  const purposes = new Set<ArpExchange["purpose"]>(["resolve"]);
  for (const { expects } of stepsOf(trace)) {
    if (expects?.packet.kind !== "arp-request") continue;
    if (expects.packet.sender === expects.packet.target) purposes.add("gratuitous");
    if (expects.packet.sender === 0) purposes.add("probe");
  }
  return purposes;
}

// The reverse check of a neighbour (unicast ARP some seconds later) and gratuitous ARP belong to no walk.
function sightsOf(flow: Flow, purposes: ReadonlySet<ArpExchange["purpose"]>): Sight[] {
  const of = (outcome: Outcome | TransportOutcome): Sight[] => {
    if (outcome.first.kind === "arp" && !purposes.has(outcome.first.purpose)) return [];
    const sights = (exchange: Exchange | TransportExchange, count: number): Sight[] =>
      journeysOf(exchange).flatMap((j) => j.sightings.map((packet) => ({ packet, count })));
    // The last one like it adds frames to show, not packets to count.
    return [...sights(outcome.first, outcome.count), ...(outcome.last ? sights(outcome.last, 0) : [])];
  };
  return [...flow.arpOutcomes, ...flow.echoOutcomes, ...(flow.transportOutcomes ?? []), ...flow.loneOutcomes].flatMap(
    of,
  );
}

// A packet whose place is not known can contradict nothing.
function placeKnown({ frame: { vantage } }: Packet, view: View): boolean {
  const netns = view.netnsOf(vantage);
  return view.interfaceOf(vantage) !== null && netns !== null && (view.state?.namespaces.has(netns) ?? false);
}

// An echo that goes where the walk does not go contradicts it. An ARP packet does so only where the walk stops: another
// neighbour's answer, or a question asked after a redirect, changes nothing for a walk that is answered.
function contradicts(trace: Trace, { network, outer }: Packet): boolean {
  // A tunnel that the walk does not know of may begin or end anywhere.
  if (outer !== undefined) return false;
  if (network.kind === "icmp") return network.icmp?.body.kind === "echo" && !isFirstThatPassed(trace, network.ip);
  if (network.kind === "udp") return true;
  // What follows a handshake goes its way.
  if (network.kind === "tcp") return ((network.tcp?.flags ?? 0) & SYN) !== 0;
  if (network.kind !== "arp" || trace.disposition.kind !== "stopped") return false;
  if (network.operation !== 1 && network.operation !== 2) return false;
  if (network.operation === 2 && network.senderMac !== null && answersToo(trace, formatMac(network.senderMac)))
    return false;
  const asked = network.operation === 1 ? network.targetIp : network.senderIp;
  return stepsOf(trace).some((s) => s.expects?.packet.kind === "arp-request" && s.expects.packet.target === asked);
}

/** Where the later fragments of a datagram are dropped, the first goes on. */
export function isFirstThatPassed({ disposition }: Trace, { moreFragments, fragmentOffset }: Ipv4Header): boolean {
  const isLater = disposition.kind === "stopped" && disposition.hit.facts.pieces === "later";
  return isLater && moreFragments === true && fragmentOffset === 0;
}

// A walk that stops before it asks anybody does not explain an ARP request that was seen.
function asksUnforeseen(trace: Trace, flow: Flow, { network }: Packet): boolean {
  return (
    flow.kind === "arp" &&
    network.kind === "arp" &&
    network.operation === 1 &&
    network.targetIp === flow.dst &&
    trace.disposition.kind === "stopped" &&
    !stepsOf(trace).some((s) => s.expects?.packet.kind === "arp-request")
  );
}

// Of several hosts that have the address, the first to answer decides; the walk knows of the others, and does not follow them.
function answersToo(trace: Trace, mac: string): boolean {
  return trace.remarks.some(
    ({ code, facts }) => (code === "duplicate-address" || code === "arp-flux") && facts.expectedMac === mac,
  );
}

function matches(expected: ExpectedSighting, packet: Packet, view: View, ports: WalkedPorts): boolean {
  const { vantage } = packet.frame;
  if ((packet.outer !== undefined) !== (expected.isInside === true)) return false;
  if (view.interfaceOf(vantage) !== expected.interface || view.netnsOf(vantage) !== expected.netns) return false;
  const direction = view.directionOf(packet);
  if (direction !== null && direction !== expected.direction) return false;
  return matchesPacket(expected.packet, packet, ports);
}

function matchesPacket(expected: ExpectedSighting["packet"], packet: Packet, ports: WalkedPorts): boolean {
  const { network } = packet;
  switch (expected.kind) {
    case "arp-request":
    case "arp-reply": {
      if (network.kind !== "arp" || network.operation !== (expected.kind === "arp-request" ? 1 : 2)) return false;
      if (expected.sender !== null && network.senderIp !== expected.sender) return false;
      return network.targetIp === expected.target;
    }
    case "echo-request":
    case "echo-reply": {
      if (network.kind !== "icmp") return false;
      const body = network.icmp?.body;
      if (body && (body.kind !== "echo" || body.reply !== (expected.kind === "echo-reply"))) return false;
      if (expected.source !== null && network.ip.source !== expected.source) return false;
      return network.ip.destination === expected.destination;
    }
    case "icmp-error": {
      if (network.kind !== "icmp" || network.icmp?.body.kind !== "error") return false;
      if (network.icmp.type !== expected.type || (network.icmp.code ?? expected.code) !== expected.code) return false;
      return network.ip.destination === expected.destination;
    }
    case "transport":
      return matchesTransport(expected, packet, ports);
  }
}

const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;

type ExpectedTransport = Extract<ExpectedSighting["packet"], { kind: "transport" }>;

function matchesTransport(
  { source, destination, sourcePort, destinationPort, what }: ExpectedTransport,
  { network }: Packet,
  ports: WalkedPorts,
): boolean {
  if (network.kind !== what.protocol) return false;
  const header = network.kind === "tcp" ? network.tcp : network.udp;
  if (header === null || network.ip.destination !== destination) return false;
  if (source !== null && network.ip.source !== source) return false;
  if (!isPort(sourcePort, header.sourcePort, ports) || !isPort(destinationPort, header.destinationPort, ports))
    return false;
  const flags = "flags" in header ? header.flags & (SYN | RST | ACK) : 0;
  switch (what.kind) {
    case "syn":
      return flags === SYN;
    case "syn-ack":
      return flags === (SYN | ACK);
    case "reset":
      return (flags & RST) !== 0;
    case "data":
      return flags === ACK;
    default:
      return true;
  }
}
