// A packet as firewall rules ask about it.

import type { Ipv4 } from "../../model/address.ts";
import type { Namespace } from "../../model/system-state.ts";
import type { Leg } from "../../model/trace.ts";
import { addressType } from "../../system/lookup/owner.ts";
import type { At } from "../at.ts";
import {
  type ArpMessage,
  type ArpQuestion,
  type Datagram,
  type Frame,
  type Outer,
  opens,
  type Segment,
} from "../message.ts";
import type { Walk } from "../walk.ts";
import type { FilterPacket, Piece } from "./firewall-chain.ts";
import { belongsToKnown } from "./known-connection.ts";
import { hasWayBack, type ReverseQuestion } from "./reverse-lookup.ts";

/** The first piece of a datagram that was cut. */
export const FIRST_PIECE: Piece = { offset: 0, more: true };

/** By which interfaces a packet comes and goes, as a hook sees it. */
export interface Ports {
  readonly iif: string | null;
  readonly oif: string | null;
}

/** A datagram in the IP stack. */
export function packetOf(at: At<Datagram, string | null>, { iif, oif }: Ports): FilterPacket {
  const { walk, ns, leg, packet } = at;
  const translated = walk.connectionsOf(ns.key).some((one) => one.toSource !== null || one.toDestination !== null);
  return {
    protocol: "icmp",
    outer: packet.outer ?? null,
    segment: packet.segment ?? null,
    source: packet.source,
    destination: packet.destination,
    icmpType: isIcmp(packet) ? packet.type : null,
    icmpCode: isIcmp(packet) ? packet.code : null,
    arpReply: false,
    iif,
    oif,
    ctState: packet.outer ? outerState(packet.outer, leg) : ctStateOf(at, walk.zoneOf(ns.key, packet)),
    ...(packet.outer ? {} : { ctStateIn: (zone: number) => ctStateOf(at, zone) }),
    ttl: packet.ttl,
    tos: packet.tos ?? 0,
    dontFragment: packet.dontFragment,
    piece: packet.cutFrom === undefined ? null : FIRST_PIECE,
    length: packet.length,
    mark: packet.mark,
    // What this host makes has no input device, and no frame yet.
    ...unframed(ns, iif !== null),
    translated,
    ...(packet.outer ? {} : { wayBack: (question: ReverseQuestion) => hasWayBack(ns, packet, { iif, ...question }) }),
    ...(packet.segment === undefined ? {} : { natStatus: natStatusOf(walk, ns) }),
  };
}

// IPS_SRC_NAT, IPS_DST_NAT of the one connection that this walk is about.
function natStatusOf(walk: Walk, { key }: Namespace): ("snat" | "dnat")[] {
  const all = walk.connectionsOf(key);
  const snat = all.some(({ toSource, source }) => toSource !== null && toSource !== source);
  const dnat = all.some(
    ({ toDestination, destination, toPort, port }) =>
      (toDestination !== null && toDestination !== destination) || (toPort !== null && toPort.start !== port?.start),
  );
  return [...(snat ? (["snat"] as const) : []), ...(dnat ? (["dnat"] as const) : [])];
}

function isIcmp({ outer, segment }: Datagram): boolean {
  return outer === undefined && segment === undefined;
}

// nf_conntrack_icmp: what no request of this host's table began is invalid.
function ctStateOf({ walk, ns: { key }, packet }: At<Datagram, string | null>, zone: number): FilterPacket["ctState"] {
  if (walk.isUntracked(key, packet)) return "untracked";
  if (opens(packet)) return "new";
  const { segment, kind, rejected } = packet;
  const tracked = walk.isTracked(key) && zone === walk.connectionsZone(key);
  // nf_ct_attach: what a reject sends belongs to what it refuses.
  if (rejected === key) return "related";
  if (segment !== undefined)
    return segmentState(segment, tracked && belongsToKnown(walk, key, packet), walk.isAnswered(key));
  if (!tracked) return "invalid";
  return kind === "echo-reply" ? "established" : "related";
}

// tcp_new, tcp_conntracks: a stream is picked up in its midst, but never by SYN-ACK or RST; in SYN_SENT an ACK from who asked
// is out of place. Of UDP anything begins a connection.
function segmentState({ what }: Segment, tracked: boolean, answered: boolean): FilterPacket["ctState"] {
  if (what.kind === "data") return tracked ? (answered ? "established" : "invalid") : "new";
  if (tracked) return "established";
  return what.protocol === "udp" ? "new" : "invalid";
}

// vxlan_xmit_one: each direction has source ports of its own, so that neither is the other's answer.
function outerState(outer: Outer, leg: Leg): FilterPacket["ctState"] {
  const oneWay = outer.kind === "udp" && outer.sourcePort === null;
  return oneWay || !leg.startsWith("reply") ? "new" : "established";
}

// Which MAC addresses a packet came with, this walk does not carry through the IP stack.
function unframed(
  ns: Namespace,
  framed: boolean,
): Pick<FilterPacket, "translated" | "framed" | "sourceMac" | "destinationMac" | "addressType"> {
  return {
    translated: false,
    framed,
    sourceMac: null,
    destinationMac: null,
    addressType: (address: Ipv4, device) => addressType(ns, address, device),
  };
}

/** A frame on a link or in a bridge. */
export function framePacket(at: At<Frame>, ports: Ports): FilterPacket {
  const { payload, source, destination } = at.packet;
  const macs = { framed: true, sourceMac: source, destinationMac: destination };
  // Connection tracking comes after the device's hook, and knows bridged packets only where it is asked to.
  if ("length" in payload) return { ...packetOf(at.with(payload), ports), ...macs, ctState: null };
  return { ...arpMessage(at.ns, payload, ports), ...macs };
}

/** An ARP packet in front of the ARP code. */
export function arpPacket({ ns, leg, packet }: At<ArpQuestion>, ports: Ports): FilterPacket {
  const kind = leg.endsWith("reply") ? "arp-reply" : "arp-request";
  return arpMessage(ns, { kind, sender: packet.sender, target: packet.target }, ports);
}

function arpMessage(ns: Namespace, { kind, sender, target }: ArpMessage, { iif, oif }: Ports): FilterPacket {
  return {
    protocol: "arp",
    outer: null,
    segment: null,
    source: sender,
    destination: target,
    icmpType: null,
    icmpCode: null,
    arpReply: kind === "arp-reply",
    iif,
    oif,
    ctState: null,
    ttl: 0,
    tos: 0,
    dontFragment: false,
    piece: null,
    length: 28,
    mark: 0,
    ...unframed(ns, true),
  };
}
