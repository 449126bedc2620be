// Connections that their own host translates before anybody sees them: told under the ends that their program asked for.

import type { Ipv4 } from "../model/address.ts";
import type { Flow } from "../model/flow.ts";
import { firstSighting, type Journey } from "../model/journey.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Attempt, stepsOf } from "../model/trace.ts";
import type { TransportProtocol } from "../model/transport.ts";
import { predict } from "../predict/predict.ts";

/** A connection that a program asks for, and from where. */
export interface WantedThere {
  readonly netns: string;
  readonly address: Ipv4;
  readonly protocol: TransportProtocol;
  readonly port: number;
}

const MOST_WALKS = 8;

/** The flows, each that is one of these connections under its ends; `state` says what becomes of what is not seen. */
export function asAsked(flows: readonly Flow[], unseen: readonly WantedThere[], state: SystemState | null): Flow[] {
  const named = flows.map(answeredAs);
  if (state === null) return named;
  for (const one of unseen.slice(0, MOST_WALKS)) {
    const leaves = leavingFor(one, state);
    const at = named.findIndex(
      ({ kind, netns, src, dst, dstPort }) =>
        kind === one.protocol &&
        // Where no direction tells by which host it began, its sender does.
        (netns === one.netns || (netns === null && src === leaves?.source)) &&
        dst === leaves?.destination &&
        dstPort === leaves.port,
    );
    if (at >= 0) named[at] = { ...(named[at] as Flow), dst: one.address, dstPort: one.port };
  }
  return named;
}

// Where its host sends it instead; null where it does not.
function leavingFor({ netns, address, protocol, port }: WantedThere, state: SystemState) {
  if (!state.namespaces.has(netns)) return null;
  const attempt: Attempt = {
    netns,
    destination: address,
    source: null,
    outInterface: null,
    ttl: null,
    length: 60,
    dontFragment: true,
    broadcastAllowed: false,
    mark: 0,
    transport: { protocol, sourcePort: null, destinationPort: port },
    origin: "command",
  };
  const leaving = stepsOf(predict(state, attempt)).find(({ expects }) => expects?.packet.kind === "transport")?.expects;
  if (leaving?.packet.kind !== "transport" || leaving.netns !== netns) return null;
  const { source, destination, destinationPort } = leaving.packet;
  if (destinationPort === null || (destination === address && destinationPort === port)) return null;
  return { source, destination, port: destinationPort };
}

// On lo the answer is seen as its program gets it, the question as it was translated.
function answeredAs(flow: Flow): Flow {
  const { transportOutcomes: [only, ...others] = [] } = flow;
  if (only?.first.kind !== "tcp" || others.length > 0) return flow;
  const { syns, synAcks, resets } = only.first;
  const [question, answer] = [syns[0], synAcks[0] ?? resets[0]].map(onLo);
  if (question == null || answer == null) return flow;
  const isTurned = answer.to === question.from && answer.from !== question.to;
  return isTurned ? { ...flow, dst: answer.source, dstPort: answer.sourcePort } : flow;
}

function onLo(journey: Journey | undefined) {
  const packet = journey === undefined ? null : firstSighting(journey);
  if (packet?.frame.vantage.interface !== "lo" || packet.network.kind !== "tcp" || packet.network.tcp === null)
    return null;
  const { ip, tcp } = packet.network;
  const [from, to] = [`${ip.source}:${tcp.sourcePort}`, `${ip.destination}:${tcp.destinationPort}`];
  return { from, to, source: ip.source, sourcePort: tcp.sourcePort };
}
