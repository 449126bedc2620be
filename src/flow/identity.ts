// Whether two sightings are of one packet: by what no router and no address translation changes.

import { isOtherSegment } from "../model/outer.ts";
import type { Arp, Icmp, Network, Packet, Udp } from "../model/packet.ts";

type IcmpNetwork = Extract<Network, { kind: "icmp" }>;
type TcpNetwork = Extract<Network, { kind: "tcp" }>;
type UdpNetwork = Extract<Network, { kind: "udp" }>;

// A payload hash covers ping's first 32 bytes: a capture cut shorter than any link, IP and ICMP header plus these
// hashes something else.
const COMPARABLE_CAPTURE = 112;
const NAT_WINDOW = 1e9;
// tcpdump's plain text tells neither id nor payload: then the ICMP id, the sequence and the moment stand for them.
const TEXT_NAT_WINDOW = 10e6;

/**
 * A hash that all sightings of one packet share, whatever was rewritten on the way and whatever pasted text leaves
 * out. It fits a small integer; equal hashes still need `samePacket`.
 */
export function journeyHash(network: Exclude<Network, { kind: "other" }>): number {
  if (network.kind === "arp") {
    // Text prints a reply as "SENDER is-at MAC": whom it answers is not told.
    const target = network.operation === 1 ? (network.targetIp ?? 0) : 0;
    return mix(mix(0x0806 + network.operation, network.senderIp ?? 0), target);
  }
  if (network.kind === "tcp") return tcpHash(network);
  if (network.kind === "udp") return udpHash(network);
  const { icmp, ip } = network;
  if (icmp === null) return mix(mix(0x0800, ip.identification ?? 0), ip.fragmentOffset ?? 0);
  const body = icmp.body;
  switch (body.kind) {
    case "echo":
    case "timestamp":
      return mix(0x10000 + icmp.type, (body.id << 16) | body.sequence);
    case "error":
      return mix(0x20000 + icmp.type, (body.quoted?.icmp?.sequence ?? 0) + 1);
    case "other":
      return mix(0x30000, icmp.type);
  }
}

/** Whether two sightings with equal hashes can be one packet, `gap` nanoseconds apart. */
export function samePacket(a: Packet, b: Packet, gap: number): boolean {
  const first = a.network;
  const second = b.network;
  if (first.kind === "arp") return second.kind === "arp" && sameArp(first, second) && !isOtherSegment(a, b);
  if (first.kind === "icmp") return second.kind === "icmp" && sameDatagram(first, second, a, b, gap);
  if (first.kind === "tcp") return second.kind === "tcp" && sameSegment(first, second, gap);
  if (first.kind === "udp") return second.kind === "udp" && sameUdp(first, second, a, b, gap);
  return false;
}

// The initial number of a connection is drawn at random, and translation leaves it.
function tcpHash({ ip, tcp }: TcpNetwork): number {
  if (tcp === null) return mix(mix(0x0600, ip.identification ?? 0), ip.fragmentOffset ?? 0);
  return mix(mix(0x40000, tcp.sequence ?? 0), tcp.flags & 7);
}

function udpHash({ ip, udp }: UdpNetwork): number {
  if (udp === null) return mix(mix(0x1100, ip.identification ?? 0), ip.fragmentOffset ?? 0);
  const { application, payloadLength } = udp;
  if (application?.kind === "dns") return mix(0x50035, application.id);
  return mix(0x50000, payloadLength ?? 0);
}

function sameSegment(a: TcpNetwork, b: TcpNetwork, gap: number): boolean {
  if (!sameOrUnknown(a.ip.identification, b.ip.identification)) return false;
  if (a.tcp === null || b.tcp === null) return a.tcp === b.tcp && sameAddresses(a, b) === 2;
  const [one, two] = [a.tcp, b.tcp];
  if (one.flags !== two.flags || !sameOrUnknown(one.sequence, two.sequence)) return false;
  if (!sameOrUnknown(one.acknowledgement, two.acknowledgement)) return false;
  const ports = (one.sourcePort === two.sourcePort ? 1 : 0) + (one.destinationPort === two.destinationPort ? 1 : 0);
  if (sameAddresses(a, b) + ports === 4) return true;
  // Text counts from the beginning of each connection: small numbers tell none from another.
  return one.sequence !== null && one.sequence > SMALL_NUMBER && gap <= NAT_WINDOW;
}

const SMALL_NUMBER = 0xffff;

function sameUdp(a: UdpNetwork, b: UdpNetwork, pa: Packet, pb: Packet, gap: number): boolean {
  if (!sameOrUnknown(a.ip.identification, b.ip.identification)) return false;
  if (!sameOrUnknown(a.ip.fragmentOffset, b.ip.fragmentOffset)) return false;
  if (a.udp === null || b.udp === null) return a.udp === b.udp && sameAddresses(a, b) === 2;
  const [one, two] = [a.udp, b.udp];
  if (!sameOrUnknown(one.payloadLength, two.payloadLength) || !sameApplication(one, two)) return false;
  const comparable = payloadComparable(pa) && payloadComparable(pb);
  if (comparable && a.payloadHash !== b.payloadHash) return false;
  const ports = (one.sourcePort === two.sourcePort ? 1 : 0) + (one.destinationPort === two.destinationPort ? 1 : 0);
  if (sameAddresses(a, b) + ports === 4) return true;
  const numbered = (a.ip.identification ?? 0) !== 0 && b.ip.identification !== null;
  return (numbered && comparable && gap <= NAT_WINDOW) || (one.application !== null && gap <= TEXT_NAT_WINDOW);
}

function sameApplication({ application: one }: Udp, { application: two }: Udp): boolean {
  if (one === null || two === null) return one === two;
  if (one.kind === "dhcp")
    return two.kind === "dhcp" && one.transaction === two.transaction && one.message === two.message;
  return two.kind === "dns" && one.id === two.id && one.response === two.response;
}

function sameAddresses(a: TcpNetwork | UdpNetwork, b: TcpNetwork | UdpNetwork): number {
  return (a.ip.source === b.ip.source ? 1 : 0) + (a.ip.destination === b.ip.destination ? 1 : 0);
}

function sameArp(a: Arp, b: Arp): boolean {
  return (
    a.operation === b.operation &&
    sameOrUnknown(a.senderIp, b.senderIp) &&
    sameOrUnknown(a.targetIp, b.targetIp) &&
    sameOrUnknown(a.senderMac, b.senderMac) &&
    sameOrUnknown(a.targetMac, b.targetMac)
  );
}

function sameDatagram(a: IcmpNetwork, b: IcmpNetwork, pa: Packet, pb: Packet, gap: number): boolean {
  if (!sameOrUnknown(a.ip.identification, b.ip.identification)) return false;
  if (!sameOrUnknown(a.ip.fragmentOffset, b.ip.fragmentOffset)) return false;
  if (a.icmp === null || b.icmp === null ? a.icmp !== b.icmp : !sameMessage(a.icmp, b.icmp)) return false;
  const comparable = payloadComparable(pa) && payloadComparable(pb);
  if (comparable && a.payloadHash !== b.payloadHash) return isFirstFragmentOf(a, b) || isFirstFragmentOf(b, a);
  const agreeing = (a.ip.source === b.ip.source ? 1 : 0) + (a.ip.destination === b.ip.destination ? 1 : 0);
  if (agreeing === 2) return true;
  // Address translation rewrites one address or both; then the rest must identify the packet.
  const numbered = (a.ip.identification ?? 0) !== 0 && b.ip.identification !== null;
  if (agreeing === 1)
    return numbered || comparable || (isText(pa) && isText(pb) && gap <= TEXT_NAT_WINDOW && !isSamePlace(pa, pb));
  return numbered && comparable && gap <= NAT_WINDOW;
}

// A router that cuts a packet keeps its id, addresses and protocol (RFC 791, section 3.2), and its first fragment keeps
// the ICMP header; only the length changes, and the hash with it.
function isFirstFragmentOf(fragment: IcmpNetwork, whole: IcmpNetwork): boolean {
  const [cut, uncut] = [fragment.ip, whole.ip];
  if (cut.moreFragments !== true || uncut.moreFragments !== false) return false;
  if (cut.identification === null || cut.identification !== uncut.identification) return false;
  if (cut.source !== uncut.source || cut.destination !== uncut.destination || cut.protocol !== uncut.protocol)
    return false;
  return (cut.totalLength ?? 0) < (uncut.totalLength ?? 0);
}

function sameMessage(a: Icmp, b: Icmp): boolean {
  if (a.type !== b.type || !sameOrUnknown(a.code, b.code)) return false;
  const x = a.body;
  const y = b.body;
  switch (x.kind) {
    case "echo":
    case "timestamp":
      return y.kind === x.kind && x.id === y.id && x.sequence === y.sequence;
    case "error":
      return (
        y.kind === "error" &&
        sameOrUnknown(x.quoted?.ip.identification ?? null, y.quoted?.ip.identification ?? null) &&
        sameOrUnknown(x.quoted?.icmp?.sequence ?? null, y.quoted?.icmp?.sequence ?? null)
      );
    case "other":
      return y.kind === "other";
  }
}

function isText({ frame }: Packet): boolean {
  return frame.captured === null;
}

function isSamePlace({ frame: a }: Packet, { frame: b }: Packet): boolean {
  return a.vantage === b.vantage && a.direction === b.direction;
}

function payloadComparable(packet: Packet): boolean {
  const { captured, length } = packet.frame;
  // Text without a hex dump has no bytes to hash.
  if (captured === null || length === null) return false;
  return captured >= length || captured - (packet.outer?.headers ?? 0) >= COMPARABLE_CAPTURE;
}

function sameOrUnknown(a: number | null, b: number | null): boolean {
  return a === null || b === null || a === b;
}

/** Mixes a 32-bit number into a hash of 30 bits, which V8 keeps unboxed. */
export function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value ^ (value >>> 15), 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x85ebca6b);
  return (mixed ^ (mixed >>> 16)) & 0x3fffffff;
}
