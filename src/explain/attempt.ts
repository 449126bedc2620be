// What was attempted: from the command line where there is one, else read off the packets.

import { ANY_IPV4, type Ipv4 } from "../model/address.ts";
import type { Flow } from "../model/flow.ts";
import { arpExamples, echoExamples } from "../model/flow.ts";
import { firstSighting } from "../model/journey.ts";
import { sightingsOf } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import type { Printed } from "../model/printed.ts";
import type { SystemState } from "../model/system-state.ts";
import type { Attempt } from "../model/trace.ts";
import { localOwner, ownersOf } from "../system/lookup/owner.ts";
import type { AskedPing } from "./case.ts";
import type { PingCommand } from "./ping-command.ts";
import type { View } from "./view.ts";

const ECHO_HEADERS = 28;

/** Namespace of whoever asks in this flow; null where neither captures nor state tell it. */
export function askerNamespace(flow: Flow, state: SystemState, view: View): string | null {
  if (flow.netns !== null && state.namespaces.has(flow.netns)) return flow.netns;
  const [only] = state.namespaces.values();
  if (only && state.namespaces.size === 1) {
    // A source that the one known host does not have came from elsewhere.
    return flow.src !== null && flow.src !== ANY_IPV4 && localOwner(only, flow.src) === null ? null : only.key;
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

/** The first sighting of the question: the echo request, or the ARP request where no echo ever left. */
function firstQuestion(flow: Flow): Packet | null {
  for (const echo of echoExamples(flow)) if (echo.request) return firstSighting(echo.request);
  for (const arp of arpExamples(flow)) if (arp.requests[0]) return firstSighting(arp.requests[0]);
  return null;
}

/** Attempts that would explain the flow, most natural first; predict decides which fits what was seen. */
export function attemptsOf(flow: Flow, netns: string, asked: AskedPing | null, state: SystemState): Attempt[] {
  if (asked !== null) {
    const refused = asked.output?.socketRefused ?? null;
    const attempt = fromCommand(flow, netns, asked.ping);
    const told = toldMtuOf(asked.output);
    if (refused !== null) return [{ ...attempt, socketRefused: refused }];
    return told === null ? [attempt] : [attempt, { ...attempt, toldMtu: told }];
  }
  const question = firstQuestion(flow);
  const ip = question?.network.kind === "icmp" ? question.network.ip : null;
  const base: Attempt = {
    netns,
    destination: flow.dst,
    source: flow.src === ANY_IPV4 ? null : flow.src,
    outInterface: null,
    ttl: ip?.ttl ?? null,
    length: ip?.totalLength || 84,
    dontFragment: ip?.dontFragment ?? true,
    broadcastAllowed: true,
    mark: 0,
    origin: "packets",
  };
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

// Only where it was the first thing ping heard: else a router of this very run has taught it.
function toldMtuOf(output: Printed | null): number | null {
  if (output === null || output.errors.length > 0 || output.answers > 0) return null;
  return output.refusals.find(({ mtu }) => mtu !== null)?.mtu ?? null;
}

/** The attempt that a command line describes. */
export function fromCommand(flow: Flow, netns: string, command: PingCommand): Attempt {
  return {
    netns,
    destination: flow.dst,
    source: command.bindAddress,
    outInterface: command.bindInterface,
    ttl: command.ttl,
    length: command.payload + ECHO_HEADERS,
    dontFragment: command.discovery === "do",
    pathMtuDiscovery: command.discovery,
    broadcastAllowed: command.broadcast,
    mark: command.mark,
    origin: "command",
  };
}

/** Whether the flow is the one the command made: same destination, and the bound source where one was given. */
export function isCommandsFlow(flow: Flow, command: PingCommand, destination: Ipv4 | null): boolean {
  if (flow.dst !== destination) return false;
  return command.bindAddress === null || flow.src === null || flow.src === command.bindAddress;
}
