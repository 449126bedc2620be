// What a host does with a question that came in from somewhere the state does not describe: the walk begins where the
// packet was seen to arrive. Only stops are told; whether an answer gets home, this state cannot know.

import { formatIpv4, formatMac, type Ipv4, isGroupMac, type Mac } from "../model/address.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Flow } from "../model/flow.ts";
import { echoes, unansweredArp } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import { text, verbatim } from "../model/text.ts";
import type { Attempt, Disposition, Trace } from "../model/trace.ts";
import { localOwner } from "../system/lookup/owner.ts";
import { decideArp } from "./predict/arp-input.ts";
import { emit } from "./predict/emit.ts";
import { makeHit, stopped } from "./predict/hits.ts";
import { linkLine } from "./predict/lines.ts";
import { deviceOf } from "./predict/lookup.ts";
import { receive } from "./predict/receive.ts";
import { type ArpMessage, type Datagram, sightingOf, Walk } from "./predict/walk.ts";
import type { View } from "./view.ts";

/** A question as it came in at an interface of a host that the state describes. */
export interface Arrived {
  readonly netns: string;
  readonly interface: string;
  readonly packet: Packet;
}

/** Where questions of the flow came in from outside: their sender is not of that host. */
export function arrivalsOf(flow: Flow, state: SystemState, view: View): Arrived[] {
  const questions = [
    ...echoes(flow).flatMap((e) => (e.request ? [e.request] : [])),
    ...unansweredArp(flow).flatMap(({ exchange }) => exchange.requests.slice(0, 1)),
  ];
  const seen = new Set<string>();
  return questions.flatMap(({ sightings }) =>
    sightings.flatMap((packet): Arrived[] => {
      const { vantage } = packet.frame;
      const netns = view.netnsOf(vantage);
      const ns = netns === null ? undefined : state.namespaces.get(netns);
      const link = ns && vantage.interface !== null ? deviceOf(ns, vantage.interface) : null;
      const sender = senderOf(packet);
      if (!ns || !link || link.isLoopback || link.master !== null || sender === null) return [];
      const direction = view.directionOf(packet);
      const mine = localOwner(ns, sender);
      if (direction === "out" || mine || (mine === undefined && direction !== "in")) return [];
      const key = `${ns.key} ${link.name} ${packet.network.kind}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ netns: ns.key, interface: link.name, packet }];
    }),
  );
}

function senderOf({ network }: Packet): Ipv4 | null {
  return network.kind === "icmp" ? network.ip.source : network.kind === "arp" ? network.senderIp : null;
}

/** The walk from there. */
export function predictArrival(state: SystemState, flow: Flow, arrived: Arrived): Trace {
  const attempt: Attempt = {
    netns: ELSEWHERE,
    destination: flow.dst,
    source: flow.src,
    outInterface: null,
    ttl: null,
    length: 84,
    dontFragment: true,
    broadcastAllowed: true,
    mark: 0,
    origin: "packets",
  };
  const walk = new Walk(state, attempt, { emit, receive });
  walk.source = flow.src;
  const ns = state.namespaces.get(arrived.netns) as Namespace;
  const disposition = ask(walk, ns, arrived);
  const evidence = walk.steps.flatMap((step) =>
    step.state.map(
      (line): Evidence => ({ basis: line.assumed ? "inferred" : "state", text: verbatim(line.line), state: line }),
    ),
  );
  const assumed = [
    ...walk.assumed,
    ...(ns.neighbours === undefined ? ["neigh"] : []),
    ...(ns.rules === undefined ? ["rule"] : []),
  ];
  return { attempt, hops: walk.hops(), disposition, remarks: [], source: flow.src, nextHop: null, evidence, assumed };
}

// No namespace has a key like this.
const ELSEWHERE = "\u0000";

function ask(walk: Walk, ns: Namespace, { interface: name, packet }: Arrived): Disposition {
  const { network } = packet;
  const to = packet.link.kind === "ethernet" ? packet.link.destination : null;
  if (network.kind === "arp" && network.senderIp !== null && network.targetIp !== null)
    return askArp(
      walk,
      ns,
      name,
      { kind: "arp-request", sender: network.senderIp, target: network.targetIp },
      to,
      network.senderMac,
    );
  if (network.kind !== "icmp") return unknownEnd(ns, name);
  const { ip } = network;
  const datagram: Datagram = {
    kind: "echo-request",
    source: ip.source,
    destination: ip.destination,
    ttl: ip.ttl ?? 64,
    length: ip.totalLength || 84,
    dontFragment: ip.dontFragment ?? true,
    mark: 0,
    type: 8,
    code: 0,
    routers: ip.ttl === null ? 0 : Math.max(0, 64 - ip.ttl),
  };
  const link = deviceOf(ns, name);
  const mine = localOwner(ns, ip.destination);
  // Not for this host by its address, nor for certain by its frame: a bystander's silence explains nothing.
  if (mine === null && !isForThisHost(packet, link?.mac ?? null)) return unknownEnd(ns, name);
  arrive(walk, ns, name, datagram, to);
  if (to !== null && link?.mac != null && !isGroupMac(to) && to !== link.mac) {
    const facts = {
      target: formatIpv4(ip.destination),
      source: formatIpv4(ip.source),
      inInterface: name,
      mac: formatMac(to),
      expectedMac: formatMac(link.mac),
    };
    const because = text(
      `the frame is for ${facts.mac}, and ${name} has ${facts.expectedMac}: it is let go as somebody else's`,
      `帧是发给 ${facts.mac} 的，而 ${name} 的 MAC 地址是 ${facts.expectedMac}：当作别人的帧放掉`,
    );
    walk.add({
      kind: "stop",
      leg: "request",
      netns: ns.key,
      interface: name,
      text: because,
      state: [linkLine(ns.key, link)],
    });
    return stopped(
      makeHit({
        code: "neigh-wrong-mac",
        netns: ns.key,
        interface: name,
        facts,
        lines: [linkLine(ns.key, link)],
        because,
      }),
    );
  }
  const end = receive(walk, ns, name, datagram, "request", null);
  if (mine !== null || end.kind !== "stopped") return end;
  // Whether it was this host that was meant, the host that was meant would have to show.
  return stopped({ ...end.hit, alike: ["duplicate-mac"] });
}

function askArp(
  walk: Walk,
  ns: Namespace,
  name: string,
  question: ArpMessage,
  to: Mac | null,
  senderMac: Mac | null,
): Disposition {
  if (!localOwner(ns, question.target)) return unknownEnd(ns, name);
  arrive(walk, ns, name, question, to);
  const verdict = decideArp(walk, ns, name, {
    sender: question.sender,
    senderMac,
    target: question.target,
    leg: "arp-request",
  });
  if (verdict.kind === "answer") return unknownEnd(ns, name);
  walk.addAll([verdict.step]);
  return verdict.kind === "silent" ? stopped(verdict.hit) : verdict.halt;
}

// eth_type_trans, or what a cooked capture tells of it.
function isForThisHost({ link, frame }: Packet, own: Mac | null): boolean {
  if (link.kind === "ethernet") return own !== null && link.destination === own;
  return link.kind === "cooked" ? link.packetType === "host" : frame.direction === "in";
}

function arrive(walk: Walk, ns: Namespace, name: string, payload: Datagram | ArpMessage, to: Mac | null): void {
  const asks = "target" in payload;
  const from = formatIpv4(asks ? payload.sender : payload.source);
  const what = asks
    ? text(`the ARP request for ${formatIpv4(payload.target)}`, `询问 ${formatIpv4(payload.target)} 的 ARP 请求`)
    : text(
        `the echo request for ${formatIpv4(payload.destination)}`,
        `发给 ${formatIpv4(payload.destination)} 的 echo 请求`,
      );
  walk.add({
    kind: "cross",
    leg: asks ? "arp-request" : "request",
    netns: ns.key,
    interface: name,
    text: text(`${what.en} comes in from ${from}`, `${what.zh}从 ${from} 到来`),
    expects: sightingOf(ns.key, name, "in", { payload, destination: to }),
  });
}

// It is answered as far as this host goes.
function unknownEnd(ns: Namespace, name: string): Disposition {
  return { kind: "exits", netns: ns.key, interface: name, leg: "reply" };
}
