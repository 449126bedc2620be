// What travels: datagrams with their ICMP message, ARP questions and answers, and the frames that carry them.

import { formatIpv4, type Ipv4, type Mac } from "../model/address.ts";
import type { StateLine } from "../model/evidence.ts";
import type { PortRange } from "../model/port-range.ts";
import type { ExpectedSighting, Leg } from "../model/trace.ts";
import type { TransportPacket } from "../model/transport.ts";
import type { PortedFlow } from "./lookup.ts";

/** What a tunnel's outer packet is to those who look at it on its way. */
export type Outer =
  | { readonly kind: "udp"; readonly sourcePort: number | null; readonly destinationPort: number }
  | { readonly kind: "gre" | "ipip" };

/** A TCP segment or UDP datagram, as far as the kernel's decisions depend on it. */
export interface Segment {
  readonly what: TransportPacket;
  /** Any of a range where a kernel chooses it. */
  readonly sourcePort: PortRange;
  readonly destinationPort: PortRange;
}

/**
 * An IPv4 packet with an ICMP message, a segment or datagram, or the outer packet of a tunnel with another one in it, as far as the kernel's
 * decisions depend on it.
 */
export interface Datagram {
  readonly kind: "echo-request" | "echo-reply" | "icmp-error" | "tunnel" | "transport";
  /** Of a tunnel's outer packet. */
  readonly outer?: Outer;
  /** Of TCP and UDP. */
  readonly segment?: Segment;
  /** What is in it, where a capture shows that too: it is not encrypted. */
  readonly carries?: Frame;
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly ttl: number;
  /** Whole IPv4 packet, in bytes. */
  readonly length: number;
  /** Where it was cut on the way: the largest piece. Nobody puts the pieces together before the end. */
  readonly largestPiece?: number;
  /** In a frame, of a datagram that was cut: length of the whole, of which this is the first piece. */
  readonly cutFrom?: number;
  readonly dontFragment: boolean;
  readonly mark: number;
  /** Type of service; absent: 0. */
  readonly tos?: number;
  readonly type: number;
  readonly code: number;
  /** Routers passed so far. */
  readonly routers: number;
  /** Of an ICMP error: the leg of the packet it complains about. */
  readonly about?: Leg;
  /** Of a reset: the host whose firewall sends it in place of the one that was asked. */
  readonly rejected?: string;
  /** Set where it travels in a frame to everybody or to a group though it is for one host. */
  readonly groupFrame?: GroupFrame;
}

/** A frame to more than one, and the sender's reason. */
export interface GroupFrame {
  readonly mac: Mac;
  readonly nextHop: Ipv4;
  /** Who sent it, and by which interface. */
  readonly netns: string;
  readonly device: string;
  readonly lines: readonly StateLine[];
}

/** An ARP question or answer. */
export interface ArpMessage {
  readonly kind: "arp-request" | "arp-reply";
  readonly sender: Ipv4;
  readonly target: Ipv4;
}

/** What goes over a link; MAC addresses that state does not tell are null. */
export interface Frame {
  readonly source: Mac | null;
  readonly destination: Mac | null;
  readonly vlan: number | null;
  readonly payload: Datagram | ArpMessage;
  /** Links nested in each other that it has gone through so far (bridge on VLAN on bridge…). */
  readonly depth?: number;
  /** Bridges (and their VLAN) that have flooded it: the one that gets it back is part of a loop. */
  readonly floodedBy?: readonly string[];
}

/** An ARP question as its hearers decide about it. */
export interface ArpQuestion {
  readonly sender: Ipv4;
  readonly senderMac: Mac | null;
  readonly target: Ipv4;
}

/** IPv4 bytes of a frame, without the Ethernet header; ARP is 28 bytes long. */
export function lengthOf({ payload }: Frame): number {
  return "length" in payload ? payload.length : 28;
}

/** The frame one link further in. */
export function deeper(frame: Frame): Frame {
  return { ...frame, depth: (frame.depth ?? 0) + 1 };
}

/** The frame that carries a question. */
export function questionFrame({ sender, senderMac, target }: ArpQuestion, destination: Mac): Frame {
  return { source: senderMac, destination, vlan: null, payload: { kind: "arp-request", sender, target } };
}

/** Who asks for what, or sends to whom: the facts that every cause on the way shares. */
export function addressFacts(payload: Datagram | ArpMessage | ArpQuestion): {
  readonly target: string;
  readonly source: string;
} {
  return "target" in payload
    ? { target: formatIpv4(payload.target), source: formatIpv4(payload.sender) }
    : { target: formatIpv4(payload.destination), source: formatIpv4(payload.source) };
}

/** The ARP leg that belongs to a packet's leg. */
export function arpLeg(leg: Leg, kind: ArpMessage["kind"]): Leg {
  if (leg === "request") return kind;
  return kind === "arp-request" ? "reply-arp-request" : "reply-arp-reply";
}

/** A port, where it is known which. */
export function onlyPort({ start, end }: PortRange): number | null {
  return start === end ? start : null;
}

/** Whether it begins something: a ping, a connection, a question over UDP. */
export function opens({ kind, segment }: Datagram): boolean {
  return kind === "echo-request" || segment?.what.kind === "syn" || segment?.what.kind === "question";
}

/** Whether it goes from who asks to who is asked. */
export function isAsked(datagram: Datagram): boolean {
  return opens(datagram) || datagram.segment?.what.kind === "data";
}

/** As the route lookup asks for it (fib4_rules_early_flow_dissect); null of ICMP. */
export function flowOf({ segment }: Pick<Datagram, "segment">): PortedFlow | null {
  if (segment === undefined) return null;
  const { what, sourcePort, destinationPort } = segment;
  return { protocol: what.protocol, ports: { source: sourcePort, destination: destinationPort } };
}

/** What a frame looks like at a capture point. */
export function sightingOf(
  netns: string,
  interfaceName: string,
  direction: "in" | "out",
  frame: Pick<Frame, "payload" | "destination">,
): ExpectedSighting | null {
  const { payload } = frame;
  if (payload.kind === "tunnel") {
    const carried = payload.carries && sightingOf(netns, interfaceName, direction, payload.carries);
    return carried ? { ...carried, isInside: true } : null;
  }
  if (payload.kind === "transport") {
    const { segment, source, destination } = payload;
    if (segment === undefined) return null;
    const { what, sourcePort, destinationPort } = segment;
    const ports = { sourcePort: onlyPort(sourcePort), destinationPort: onlyPort(destinationPort) };
    const packet = { kind: "transport", source, destination, ...ports, what } as const;
    return { netns, interface: interfaceName, direction, packet, destinationMac: frame.destination };
  }
  const packet: ExpectedSighting["packet"] =
    "target" in payload
      ? { kind: payload.kind, sender: payload.sender, target: payload.target }
      : payload.kind === "icmp-error"
        ? {
            kind: "icmp-error",
            source: payload.source,
            destination: payload.destination,
            type: payload.type,
            code: payload.code,
          }
        : { kind: payload.kind, source: payload.source, destination: payload.destination };
  return { netns, interface: interfaceName, direction, packet, destinationMac: frame.destination };
}
