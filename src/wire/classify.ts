// Which traffic a frame carries, for the hot path: no allocation, and only the bytes that decide are read.

import type { LinkType, RareLinkType } from "../model/vantage.ts";
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_MIN, isVlanTag } from "./ether-type.ts";
import { ETHERNET_HEADER, etherTypeAt } from "./ethernet.ts";
import { FaultLog } from "./fault-log.ts";
import { ipv4ProtocolAt, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from "./ipv4.ts";
import { enterRareLink } from "./link/rare-links.ts";
import { cookedCarriesEtherType, cookedIsLlc, SLL_HEADER, sllHardwareTypeAt, sllProtocolAt } from "./linux-sll.ts";
import { SLL2_HEADER, sll2HardwareTypeAt, sll2ProtocolAt } from "./linux-sll2.ts";
import { FAMILY_HEADER, familyEtherType, parseFamily } from "./null-loop.ts";
import { rawEtherType } from "./raw.ts";
import { isCarrier, isCarrierDatagram, isCarrierType, mayCarryInIpv6 } from "./tunnel/carriers.ts";
import { LLC, type Position, positionAt } from "./tunnel/unwrap.ts";
import { MAX_VLAN_TAGS, VLAN_TAG, vlanEtherTypeAt } from "./vlan.ts";

/** Kinds of traffic; `tunnel` is what may carry another packet, so that only decode() tells what it is. */
export const TRAFFIC = { other: 0, arp: 1, icmp: 2, tcp: 3, udp: 4, ipv6: 5, ipv4Other: 6, llc: 7, tunnel: 8 } as const;
export type Traffic = (typeof TRAFFIC)[keyof typeof TRAFFIC];

/**
 * The traffic that `bytes[start..end)` carries. ICMP is every IPv4 packet of protocol 1, later fragments included; of a
 * damaged header only the type and protocol fields are believed, so that decode() gets to see and report it. `length` is
 * that on the wire: what follows a frame there may be cut off already.
 */
export function classify(
  linkType: LinkType,
  bytes: Uint8Array,
  start: number,
  end: number,
  length = end - start,
): Traffic {
  switch (linkType) {
    case "EN10MB": {
      if (end - start < ETHERNET_HEADER) return TRAFFIC.other;
      const type = etherTypeAt(bytes, start);
      return type < ETHERTYPE_MIN ? TRAFFIC.llc : byEtherType(type, bytes, start + ETHERNET_HEADER, end);
    }
    case "LINUX_SLL": {
      if (end - start < SLL_HEADER) return TRAFFIC.other;
      const type = sllProtocolAt(bytes, start);
      return cooked(type, sllHardwareTypeAt(bytes, start), bytes, start + SLL_HEADER, end);
    }
    case "LINUX_SLL2": {
      if (end - start < SLL2_HEADER) return TRAFFIC.other;
      const type = sll2ProtocolAt(bytes, start);
      return cooked(type, sll2HardwareTypeAt(bytes, start), bytes, start + SLL2_HEADER, end);
    }
    case "NULL":
    case "LOOP": {
      if (end - start < FAMILY_HEADER) return TRAFFIC.other;
      const family = parseFamily(bytes, start, linkType === "NULL" ? "host" : "network");
      return byEtherType(familyEtherType(family), bytes, start + FAMILY_HEADER, end);
    }
    case "RAW":
      return end > start ? byEtherType(rawEtherType(bytes, start), bytes, start, end) : TRAFFIC.other;
    case "TEXT":
      return TRAFFIC.other;
    default:
      return typeof linkType === "string" ? rare(linkType, bytes, positionAt(start, end, length)) : TRAFFIC.other;
  }
}

const scratch = new FaultLog();

function rare(linkType: RareLinkType, bytes: Uint8Array, place: Position): Traffic {
  enterRareLink(linkType, bytes, place, scratch);
  scratch.take();
  if (place.stuck !== null) return TRAFFIC.tunnel;
  return place.type === LLC ? TRAFFIC.llc : byEtherType(place.type, bytes, place.at, place.end);
}

/**
 * TCP or UDP in IPv4 in an untagged Ethernet frame, which is most of what any capture holds; `other` is whatever only
 * classify() can tell.
 */
export function commonEthernet(bytes: Uint8Array, start: number, end: number): Traffic {
  if (end - start < ETHERNET_HEADER || etherTypeAt(bytes, start) !== ETHERTYPE_IPV4) return TRAFFIC.other;
  const protocol = ipv4ProtocolAt(bytes, start + ETHERNET_HEADER, end);
  if (protocol === PROTOCOL_TCP) return TRAFFIC.tcp;
  return protocol === PROTOCOL_UDP && !isCarrierDatagram(bytes, start + ETHERNET_HEADER, end)
    ? TRAFFIC.udp
    : TRAFFIC.other;
}

/** The traffic of an IPv4 protocol number, -1 for one that was not captured. */
export function trafficOfProtocol(protocol: number): Traffic {
  if (protocol === PROTOCOL_TCP) return TRAFFIC.tcp;
  if (protocol === PROTOCOL_UDP) return TRAFFIC.udp;
  return protocol === PROTOCOL_ICMP ? TRAFFIC.icmp : TRAFFIC.ipv4Other;
}

/** Where the IPv4 header of a packet begins that classify() has found to be TCP or UDP; -1 where nobody knows. */
export function networkAt(linkType: LinkType, bytes: Uint8Array, start: number, end: number): number {
  if (typeof linkType === "object" || linkType === "TEXT") return -1;
  // The others are entered layer by layer.
  if (!hasFixedHeader(linkType)) return -1;
  let at = start + HEADERS[linkType];
  const isEthernet = linkType === "EN10MB";
  if (!isEthernet && linkType !== "LINUX_SLL" && linkType !== "LINUX_SLL2") return at;
  let type = isEthernet
    ? etherTypeAt(bytes, start)
    : linkType === "LINUX_SLL"
      ? sllProtocolAt(bytes, start)
      : sll2ProtocolAt(bytes, start);
  for (; isVlanTag(type) && end - at >= VLAN_TAG; at += VLAN_TAG) type = vlanEtherTypeAt(bytes, at);
  return at;
}

const HEADERS = {
  EN10MB: ETHERNET_HEADER,
  LINUX_SLL: SLL_HEADER,
  LINUX_SLL2: SLL2_HEADER,
  NULL: FAMILY_HEADER,
  LOOP: FAMILY_HEADER,
  RAW: 0,
} as const;

function cooked(protocol: number, hardwareType: number, bytes: Uint8Array, start: number, end: number): Traffic {
  if (!cookedCarriesEtherType(hardwareType)) return TRAFFIC.other;
  return cookedIsLlc(protocol) ? TRAFFIC.llc : byEtherType(protocol, bytes, start, end);
}

function byEtherType(etherType: number, bytes: Uint8Array, start: number, end: number): Traffic {
  let type = etherType;
  let at = start;
  for (let tags = 0; isVlanTag(type); tags++) {
    if (tags === MAX_VLAN_TAGS || end - at < VLAN_TAG) return TRAFFIC.other;
    type = vlanEtherTypeAt(bytes, at);
    at += VLAN_TAG;
    if (type < ETHERTYPE_MIN) return TRAFFIC.llc;
  }
  if (type === ETHERTYPE_IPV4) return inIpv4(bytes, at, end);
  if (type === ETHERTYPE_ARP) return TRAFFIC.arp;
  if (type === ETHERTYPE_IPV6) return mayCarryInIpv6(bytes, at, end) ? TRAFFIC.tunnel : TRAFFIC.ipv6;
  return isCarrierType(type) ? TRAFFIC.tunnel : TRAFFIC.other;
}

function inIpv4(bytes: Uint8Array, at: number, end: number): Traffic {
  const protocol = ipv4ProtocolAt(bytes, at, end);
  const carries = protocol === PROTOCOL_UDP ? isCarrierDatagram(bytes, at, end) : isCarrier(protocol);
  return carries ? TRAFFIC.tunnel : trafficOfProtocol(protocol);
}

function hasFixedHeader(linkType: string): linkType is keyof typeof HEADERS {
  return Object.hasOwn(HEADERS, linkType);
}
