// Decodes a frame, layer by layer, into a packet that keeps nothing of the frame's bytes.

import type { CapturedFrame } from "../model/frame.ts";
import type { Direction, FrameRef, Icmp, Ipv4Header, Network, Packet } from "../model/packet.ts";
import { parseArp } from "./arp.ts";
import { TRAFFIC, trafficOfProtocol } from "./classify.ts";
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_MIN } from "./ether-type.ts";
import { ETHERNET_HEADER, parseEthernet } from "./ethernet.ts";
import { FaultLog } from "./fault-log.ts";
import { icmpPayloadHash, type MessageExtent, parseIcmp } from "./icmp.ts";
import { ipv4ProtocolAt, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP, parseIpv4 } from "./ipv4.ts";
import { enterRareLink } from "./link/rare-links.ts";
import { cookedCarriesEtherType, cookedDirection, cookedIsLlc, parseSll, SLL_HEADER } from "./linux-sll.ts";
import { parseSll2, SLL2_HEADER } from "./linux-sll2.ts";
import { FAMILY_HEADER, familyEtherType, parseFamily } from "./null-loop.ts";
import { payloadHash } from "./payload-hash.ts";
import { rawEtherType } from "./raw.ts";
import { parseTcp, tcpPayloadHash } from "./tcp.ts";
import { LLC, mayCarry, NO_LINK, NO_TAGS, type Position, takeTags, unwrap } from "./tunnel/unwrap.ts";
import { parseUdp, udpPayloadHash } from "./udp.ts";

const SNAP_LENGTH = "snap length";
const FRAME = "frame";
const TOTAL_LENGTH = "ipv4.total_length";

type OtherProtocol = Extract<Network, { kind: "other" }>["protocol"];

const UNREADABLE = other("other");
const IPV6 = other("ipv6");
const LLC_FRAME = other("llc");

// Decoding is synchronous and never nested: one log, one place and one extent serve all frames.
const log = new FaultLog();
const place: Position = {
  type: 0,
  at: 0,
  end: 0,
  wireEnd: 0,
  limit: FRAME,
  link: NO_LINK,
  vlans: NO_TAGS,
  outer: null,
  stuck: null,
};
const extent: MessageExtent = { start: 0, end: 0, wireLength: null, whole: false, fragmented: false, limit: FRAME };

/** Decodes a frame. Any bytes give a packet, with the reason in `faults` where decoding stopped; it never throws. */
export function decode(frame: CapturedFrame): Packet {
  const { bytes, start, end } = frame;
  const captured = end - start;
  const limit = captured < frame.length ? SNAP_LENGTH : FRAME;
  const wireEnd = captured < frame.length ? start + frame.length : end;

  place.type = 0;
  place.at = start;
  place.end = end;
  place.wireEnd = wireEnd;
  place.limit = limit;
  place.link = NO_LINK;
  place.vlans = NO_TAGS;
  place.outer = null;
  place.stuck = null;
  const direction = enterLink(frame);
  takeTags(bytes, place, log);
  if (mayCarry(bytes, place)) unwrap(bytes, start, place, log);

  const network = decodeNetwork(bytes, place);
  const ref: FrameRef = {
    vantage: frame.vantage,
    number: frame.number,
    time: frame.time,
    captured,
    length: frame.length,
    direction,
    ...(frame.comments === undefined ? {} : { comments: frame.comments }),
  };
  const { link, vlans, outer } = place;
  if (outer === null) return { frame: ref, link, vlans, network, faults: log.take() };
  return { frame: ref, link, vlans, network, outer, faults: log.take() };
}

// Moves to what follows the link header; returns which way the frame went.
function enterLink({ linkType, direction, bytes, start, end }: CapturedFrame): Direction | null {
  const captured = end - start;
  const { limit } = place;
  switch (linkType) {
    case "EN10MB": {
      if (!linkThere(captured, ETHERNET_HEADER, limit)) return direction;
      const link = parseEthernet(bytes, start);
      place.link = link;
      place.type = link.etherType < ETHERTYPE_MIN ? LLC : link.etherType;
      place.at += ETHERNET_HEADER;
      return direction;
    }
    case "LINUX_SLL":
    case "LINUX_SLL2":
      return enterCooked(linkType === "LINUX_SLL2", bytes, captured, direction);
    case "NULL":
    case "LOOP": {
      if (!linkThere(captured, FAMILY_HEADER, limit)) return direction;
      const order = linkType === "NULL" ? "host" : "network";
      place.type = familyEtherType(parseFamily(bytes, start, order));
      place.at += FAMILY_HEADER;
      return direction;
    }
    case "RAW":
      if (!linkThere(captured, 1, limit)) return direction;
      place.type = rawEtherType(bytes, start);
      if (place.type === 0) log.badValue("link", 1, captured, "ip.version");
      return direction;
    case "TEXT":
      break;
    default:
      if (typeof linkType === "string") {
        const told = enterRareLink(linkType, bytes, place, log);
        return direction ?? told;
      }
  }
  log.badValue("link", 0, captured, "link type");
  return direction;
}

function enterCooked(isSll2: boolean, bytes: Uint8Array, captured: number, known: Direction | null): Direction | null {
  const header = isSll2 ? SLL2_HEADER : SLL_HEADER;
  if (!linkThere(captured, header, place.limit)) return known;
  const cooked = isSll2 ? parseSll2(bytes, place.at) : parseSll(bytes, place.at);
  place.link = cooked;
  place.at += header;
  if (cookedCarriesEtherType(cooked.hardwareType)) place.type = cookedIsLlc(cooked.etherType) ? LLC : cooked.etherType;
  return known ?? cookedDirection(cooked.packetType);
}

function linkThere(captured: number, needed: number, limit: string): boolean {
  if (captured >= needed) return true;
  log.truncated("link", needed, captured, limit);
  return false;
}

function decodeNetwork(bytes: Uint8Array, { type, at, end, wireEnd, limit, stuck }: Position): Network {
  if (type === ETHERTYPE_IPV4) return decodeIpv4(bytes, at, end, wireEnd, limit);
  // RARP (0x8035) has the same layout but is another protocol: arp_rcv never sees it.
  if (type === ETHERTYPE_ARP) return parseArp(bytes, at, end, limit, log) ?? UNREADABLE;
  if (stuck !== null) return other(stuck);
  if (type === ETHERTYPE_IPV6) return IPV6;
  return type === LLC ? LLC_FRAME : UNREADABLE;
}

function decodeIpv4(bytes: Uint8Array, start: number, end: number, wireEnd: number, limit: string): Network {
  const ip = parseIpv4(bytes, { start, end, limit }, "ipv4", log);
  if (ip === null) return { kind: "other", protocol: protocolName(ipv4ProtocolAt(bytes, start, end)), ip: null };
  const headerLength = ip.headerLength as number;
  const totalLength = ip.totalLength as number;

  // A total length of 0 is what a sender's own capture shows with TSO and BIG TCP: the frame tells the length.
  const datagramEnd = totalLength === 0 ? wireEnd : start + totalLength;
  const isShort = totalLength !== 0 && totalLength < headerLength;
  // ip_rcv drops both (inhdr_error, InTruncatedPkts).
  if (isShort) log.badValue("ipv4", headerLength, totalLength, TOTAL_LENGTH);
  if (datagramEnd > wireEnd) log.truncated("ipv4", totalLength, wireEnd - start, FRAME);
  const isTransport = place.stuck === null && (ip.protocol === PROTOCOL_TCP || ip.protocol === PROTOCOL_UDP);
  if (ip.protocol !== PROTOCOL_ICMP && !isTransport)
    return { kind: "other", protocol: place.stuck ?? protocolName(ip.protocol), ip };

  const messageStart = start + headerLength;
  const isLater = ip.fragmentOffset !== 0;
  extent.start = messageStart;
  extent.end = Math.max(messageStart, Math.min(end, datagramEnd));
  extent.wireLength = totalLength === 0 ? null : totalLength - headerLength;
  extent.fragmented = isLater || ip.moreFragments === true;
  extent.whole = !extent.fragmented && datagramEnd <= end;
  extent.limit = datagramEnd <= end ? TOTAL_LENGTH : limit;
  if (isTransport) return transportNetwork(bytes, ip, !(isShort || isLater || messageStart > end));
  if (isShort || isLater || messageStart > end) return icmpNetwork(bytes, ip, null);
  if (extent.end === messageStart) {
    log.truncated("icmp", 1, 0, extent.limit);
    return icmpNetwork(bytes, ip, null);
  }
  return icmpNetwork(bytes, ip, parseIcmp(bytes, extent, log));
}

function transportNetwork(bytes: Uint8Array, ip: Ipv4Header, hasHeader: boolean): Network {
  if (ip.protocol === PROTOCOL_TCP) {
    const tcp = hasHeader ? parseTcp(bytes, ip, extent, log) : null;
    return { kind: "tcp", ip, tcp, payloadHash: tcpPayloadHash(bytes, tcp, extent) };
  }
  const udp = hasHeader ? parseUdp(bytes, ip, extent, log) : null;
  return { kind: "udp", ip, udp, payloadHash: udpPayloadHash(bytes, extent) };
}

function icmpNetwork(bytes: Uint8Array, ip: Ipv4Header, icmp: Icmp | null): Network {
  const hash =
    icmp === null
      ? payloadHash(bytes, extent.start, extent.end, extent.wireLength ?? 0)
      : icmpPayloadHash(bytes, icmp, extent);
  return { kind: "icmp", ip, icmp, payloadHash: hash };
}

// ICMP comes here only where its IPv4 header could not be read.
function protocolName(protocol: number): OtherProtocol {
  const traffic = trafficOfProtocol(protocol);
  if (traffic === TRAFFIC.tcp) return "tcp";
  return traffic === TRAFFIC.udp ? "udp" : "ipv4-other";
}

function other(protocol: OtherProtocol): Network {
  return { kind: "other", protocol, ip: null };
}
