// What was attempted: from the command line where there is one, else read off the packets.

import { ANY_IPV4, type Ipv4, isMulticast } from "../model/address.ts";
import { endsOf, isGood } from "../model/connection.ts";
import type { TransportExchange, UdpExchange } from "../model/exchange.ts";
import type { Flow } from "../model/flow.ts";
import { arpExamples, echoExamples } from "../model/flow.ts";
import { firstSighting } from "../model/journey.ts";
import { sightingsOf } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import type { Printed } from "../model/printed.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import type { Attempt } from "../model/trace.ts";
import type { Transport } from "../model/transport.ts";
import { localOwner, ownersOf } from "../system/lookup/owner.ts";
import type { AskedPing } from "./case.ts";
import type { PingCommand } from "./command/ping-command.ts";
import type { View } from "./view.ts";

const ECHO_HEADERS = 28;

/** Namespace of whoever asks in this flow; null where neither captures nor state tell it. */
export function askerNamespace(flow: Flow, state: SystemState, view: View): string | null {
  if (flow.netns !== null && state.namespaces.has(flow.netns)) return flow.netns;
  const [only] = state.namespaces.values();
  if (only && state.namespaces.size === 1) {
    // A source that the one known host does not have came from elsewhere; so did what came in where nobody listed its addresses.
    const owner = flow.src === null || flow.src === ANY_IPV4 ? only : localOwner(only, flow.src);
    const cameIn = owner === undefined && isFromElsewhere(only, firstQuestion(flow));
    return owner === null || cameIn ? null : only.key;
  }
  if (flow.src !== null) {
    const owners = new Set(ownersOf(state, flow.src).map((o) => o.netns));
    if (owners.size === 1) return [...owners][0] ?? null;
    const seen = firstQuestion(flow);
    const there = seen ? view.netnsOf(seen.frame.vantage) : null;
    if (there !== null && owners.has(there)) return there;
  }
  return null;
}

// What passes a port of a bridge is others', where it is not what the bridge's own host sends.
function isFromElsewhere(ns: Namespace, question: Packet | null): boolean {
  if (question === null) return false;
  const { direction, vantage } = question.frame;
  const link = ns.links?.find(({ name }) => name === vantage.interface);
  return direction === "in" || (link?.master ?? null) !== null;
}

/** The first sighting of the question: the echo request, or the ARP request where no echo ever left. */
function firstQuestion(flow: Flow): Packet | null {
  for (const echo of echoExamples(flow)) if (echo.request) return firstSighting(echo.request);
  const connection = toldConnection(flow);
  const opening = connection?.kind === "tcp" ? connection.syns[0] : connection?.questions[0];
  if (opening) return firstSighting(opening);
  for (const arp of arpExamples(flow)) if (arp.requests[0]) return firstSighting(arp.requests[0]);
  return null;
}

/** Attempts that would explain the flow, most natural first; predict decides which fits what was seen. */
export function attemptsOf(flow: Flow, netns: string, asked: AskedPing | null, state: SystemState): Attempt[] {
  if (asked !== null) {
    const refused = asked.output?.socketRefused ?? null;
    const byArp = asked.asks === "arp" ? { byArp: true as const } : {};
    const attempt = { ...fromCommand(flow, netns, asked.ping), ...byProgram(flow), ...byArp };
    // ip_append_data names what is left beside the options.
    const told = toldMtuOf(asked.output);
    if (refused !== null) return [{ ...attempt, socketRefused: refused }];
    return told === null ? [attempt] : [attempt, { ...attempt, toldMtu: told + asked.ping.options }];
  }
  const question = firstQuestion(flow);
  const ip = question === null || question.network.kind === "arp" ? null : question.network.ip;
  const base: Attempt = {
    netns,
    destination: flow.dst,
    source: flow.src === ANY_IPV4 ? null : flow.src,
    outInterface: null,
    ttl: ip?.ttl ?? null,
    length: ip?.totalLength || (flow.dstPort === undefined ? 84 : BARE_SEGMENT),
    dontFragment: ip?.dontFragment ?? true,
    broadcastAllowed: true,
    mark: 0,
    ...byProgram(flow),
    ...connecting(flow, question),
    origin: "packets",
  };
  if (flow.dstPort !== undefined) return [base];
  // A socket bound to an interface shows only in where its packets leave: try each wire the question was seen on.
  const wires = new Set<string>();
  for (const packet of sightingsOf(flow)) {
    const name = packet.frame.vantage.interface;
    if (name !== null && name !== "lo") wires.add(name);
  }
  // Where the asker's own interface was not watched, its address tells which one that is.
  if (flow.kind === "arp" && flow.src !== null)
    for (const owner of ownersOf(state, flow.src)) if (owner.netns === netns) wires.add(owner.interface);
  return [base, ...[...wires].map((outInterface) => ({ ...base, outInterface }))];
}

/** The connection that a flow is told by: the first that did not go well, else the first. */
function toldConnection(flow: Flow): TransportExchange | null {
  const ends = endsOf(flow);
  return (ends.find(({ end }) => !isGood(end)) ?? ends[0])?.exchange ?? null;
}

function connecting(flow: Flow, question: Packet | null): Pick<Attempt, "transport"> {
  const { kind, dstPort } = flow;
  if ((kind !== "tcp" && kind !== "udp") || dstPort === undefined) return {};
  const network = question?.network;
  const payload = network?.kind === "udp" ? (network.udp?.payloadLength ?? null) : null;
  const told = toldConnection(flow);
  const answer = told?.kind === "udp" ? answerSeen(told) : null;
  return {
    transport: {
      protocol: kind,
      sourcePort: told?.sourcePort ?? null,
      destinationPort: dstPort,
      ...(payload === null ? {} : { payload }),
      ...(answer === null ? {} : { answer }),
    },
  };
}

// How long an answer over UDP is, no state tells: a capture nearer to who answered does.
function answerSeen({ answers }: UdpExchange): NonNullable<Transport["answer"]> | null {
  const [answer] = answers;
  const network = answer === undefined ? null : firstSighting(answer).network;
  if (network?.kind !== "udp" || network.ip.moreFragments !== false || !network.ip.totalLength) return null;
  return { length: network.ip.totalLength, dontFragment: network.ip.dontFragment === true };
}

/** A SYN with its usual options. */
const BARE_SEGMENT = 60;

// ARP that no ping is known to have caused was caused by something.
function byProgram({ kind, program, dstPort }: Flow): Pick<Attempt, "program"> {
  if (dstPort !== undefined) return {};
  return program !== undefined ? { program } : kind === "ping" ? {} : { program: null };
}

// Only where it was the first thing ping heard: else a router of this very run has taught it.
function toldMtuOf(output: Printed | null): number | null {
  if (output === null || output.errors.length > 0 || output.answers > 0) return null;
  return output.refusals.find(({ mtu }) => mtu !== null)?.mtu ?? null;
}

/** The attempt that a command line describes. */
export function fromCommand(flow: Flow, netns: string, command: PingCommand): Attempt {
  return attemptOfCommand(flow.dst, netns, command);
}

/** The attempt of a command line whose target is known, whether or not any packet left. */
export function attemptOfCommand(destination: Ipv4, netns: string, command: PingCommand): Attempt {
  // ping cuts nothing that is for more than one host ("broadcast ping does not fragment").
  const discovery = command.broadcast || isMulticast(destination) ? "do" : command.discovery;
  return {
    netns,
    destination,
    source: command.bindAddress,
    outInterface: command.bindInterface,
    ttl: command.ttl,
    length: command.payload + command.options + ECHO_HEADERS,
    ...(command.options === 0 ? {} : { options: command.options }),
    dontFragment: discovery === "do",
    pathMtuDiscovery: discovery,
    broadcastAllowed: command.broadcast,
    mark: command.mark,
    ...(command.tos === 0 ? {} : { tos: command.tos }),
    origin: "command",
  };
}

/** Whether the flow is the one the command made: same destination, and the bound source where one was given. */
export function isCommandsFlow(flow: Flow, command: PingCommand, destination: Ipv4 | null): boolean {
  if (flow.dst !== destination) return false;
  return command.bindAddress === null || flow.src === null || flow.src === command.bindAddress;
}
