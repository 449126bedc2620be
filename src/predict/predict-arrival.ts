// What a host does with a question that came in from somewhere the state does not describe: the walk begins where the
// packet was seen to arrive. Only stops are told; whether an answer gets home, this state cannot know.

import { formatMac, isGroupMac, type Mac } from "../model/address.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Flow } from "../model/flow.ts";
import type { Packet } from "../model/packet.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import { text, verbatim } from "../model/text.ts";
import type { Attempt, Disposition, Trace } from "../model/trace.ts";
import { localOwner } from "../system/lookup/owner.ts";
import { At } from "./at.ts";
import { stopped } from "./hits.ts";
import { linkLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import { type ArpQuestion, addressFacts, type Datagram, sightingOf } from "./message.ts";
import { decideArp } from "./receive/arp-input.ts";
import { STACK } from "./stack.ts";
import { Walk } from "./walk.ts";

/** A question as it came in at an interface of a host that the state describes. */
export interface Arrived {
  readonly netns: string;
  readonly interface: string;
  readonly packet: Packet;
  /** It came in, as the capture or its addresses say. */
  readonly cameIn: boolean;
}

/** The walk from where it came in. */
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
  const walk = new Walk(state, attempt);
  walk.source = flow.src;
  const ns = state.namespaces.get(arrived.netns) as Namespace;
  const disposition = ask(
    new At(walk, STACK, { ns, interface: arrived.interface, leg: "request", packet: arrived.packet }),
    arrived.cameIn,
  );
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

function ask(at: At<Packet>, cameIn: boolean): Disposition {
  const { network } = at.packet;
  if (network.kind === "arp" && network.senderIp !== null && network.targetIp !== null) {
    const question = { sender: network.senderIp, senderMac: network.senderMac, target: network.targetIp };
    return askArp(at.onLeg("arp-request").with<ArpQuestion>(question), macOf(at.packet));
  }
  if (network.kind !== "icmp") return unknownEnd(at);
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
  const own = deviceOf(at.ns, at.interface)?.mac ?? null;
  const mine = localOwner(at.ns, ip.destination);
  // Not for this host by its address, nor for certain by its frame: a bystander's silence explains nothing.
  if (mine === null && !isForThisHost(at.packet, own, cameIn)) return unknownEnd(at);
  const to = macOf(at.packet);
  const here = at.with(datagram);
  arrive(here, to);
  const misled = forAnotherMac(here, to);
  if (misled) return misled;
  const end = at.stack.receive(here, null);
  if (mine !== null || end.kind !== "stopped") return end;
  // Whether it was this host that was meant, the host that was meant would have to show.
  return stopped({ ...end.hit, alike: ["duplicate-mac"] });
}

function macOf({ link }: Packet): Mac | null {
  return link.kind === "ethernet" ? link.destination : null;
}

// eth_type_trans, or what a cooked capture tells of it.
function isForThisHost({ link }: Packet, own: Mac | null, cameIn: boolean): boolean {
  if (link.kind === "ethernet") return own !== null && link.destination === own;
  return link.kind === "cooked" ? link.packetType === "host" : cameIn;
}

function forAnotherMac(at: At<Datagram>, to: Mac | null): Disposition | null {
  const { ns, interface: name, packet } = at;
  const link = deviceOf(ns, name);
  if (to === null || link?.mac == null || isGroupMac(to) || to === link.mac) return null;
  const [mac, expectedMac] = [formatMac(to), formatMac(link.mac)];
  const because = text(
    `the frame is for ${mac}, and ${name} has ${expectedMac}: it is dropped as addressed to another host`,
    `帧是发给 ${mac} 的，而 ${name} 的 MAC 地址是 ${expectedMac}：当作别人的帧放掉`,
  );
  return at.stop({
    code: "neigh-wrong-mac",
    says: because,
    lines: [linkLine(ns.key, link)],
    facts: { ...addressFacts(packet), inInterface: name, mac, expectedMac },
    because,
  });
}

function askArp(at: At<ArpQuestion>, to: Mac | null): Disposition {
  if (!localOwner(at.ns, at.packet.target)) return unknownEnd(at);
  arrive(at, to);
  const verdict = decideArp(at);
  if (verdict.kind === "answer") return unknownEnd(at);
  at.walk.addAll([verdict.step]);
  return verdict.kind === "silent" ? stopped(verdict.hit) : verdict.halt;
}

function arrive(at: At<Datagram | ArpQuestion>, to: Mac | null): void {
  const { ns, interface: name, packet } = at;
  const payload =
    "kind" in packet ? packet : ({ kind: "arp-request", sender: packet.sender, target: packet.target } as const);
  const { source: from, target: asked } = addressFacts(packet);
  const what =
    payload.kind === "arp-request"
      ? text(`the ARP request for ${asked}`, `询问 ${asked} 的 ARP 请求`)
      : text(`the echo request for ${asked}`, `发给 ${asked} 的 echo 请求`);
  at.tell("cross", text(`${what.en} comes in from ${from}`, `${what.zh}从 ${from} 到来`), {
    expects: sightingOf(ns.key, name, "in", { payload, destination: to }),
  });
}

// It is answered as far as this host goes.
function unknownEnd({ ns, interface: interfaceName }: At<unknown>): Disposition {
  return { kind: "exits", netns: ns.key, interface: interfaceName, leg: "reply" };
}
