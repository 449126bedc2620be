// Which traffic a frame carries, for the hot path: no allocation, and only the bytes that decide are read.

import type { LinkType } from "../model/vantage.ts";
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_MIN, isVlanTag } from "./ether-type.ts";
import { ETHERNET_HEADER, etherTypeAt } from "./ethernet.ts";
import { ipv4ProtocolAt, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from "./ipv4.ts";
import { cookedCarriesEtherType, cookedIsLlc, SLL_HEADER, sllHardwareTypeAt, sllProtocolAt } from "./linux-sll.ts";
import { SLL2_HEADER, sll2HardwareTypeAt, sll2ProtocolAt } from "./linux-sll2.ts";
import { FAMILY_HEADER, familyEtherType, parseFamily } from "./null-loop.ts";
import { rawEtherType } from "./raw.ts";
import { MAX_VLAN_TAGS, VLAN_TAG, vlanEtherTypeAt } from "./vlan.ts";

/** Kinds of traffic. */
export const TRAFFIC = { other: 0, arp: 1, icmp: 2, tcp: 3, udp: 4, ipv6: 5, ipv4Other: 6, llc: 7 } as const;
export type Traffic = (typeof TRAFFIC)[keyof typeof TRAFFIC];

/**
 * The traffic that `bytes[start..end)` carries. ICMP is every IPv4 packet of protocol 1, later fragments included; of a
 * damaged header only the type and protocol fields are believed, so that decode() gets to see and report it.
 */
export function classify(linkType: LinkType, bytes: Uint8Array, start: number, end: number): Traffic {
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
    default:
      return TRAFFIC.other;
  }
}

/**
 * TCP or UDP in IPv4 in an untagged Ethernet frame, which is most of what any capture holds; `other` is whatever only
 * classify() can tell.
 */
export function commonEthernet(bytes: Uint8Array, start: number, end: number): Traffic {
  if (end - start < ETHERNET_HEADER || etherTypeAt(bytes, start) !== ETHERTYPE_IPV4) return TRAFFIC.other;
  const protocol = ipv4ProtocolAt(bytes, start + ETHERNET_HEADER, end);
  if (protocol === PROTOCOL_TCP) return TRAFFIC.tcp;
  return protocol === PROTOCOL_UDP ? TRAFFIC.udp : TRAFFIC.other;
}

/** The traffic of an IPv4 protocol number, -1 for one that was not captured. */
export function trafficOfProtocol(protocol: number): Traffic {
  if (protocol === PROTOCOL_TCP) return TRAFFIC.tcp;
  if (protocol === PROTOCOL_UDP) return TRAFFIC.udp;
  return protocol === PROTOCOL_ICMP ? TRAFFIC.icmp : TRAFFIC.ipv4Other;
}

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
  if (type === ETHERTYPE_IPV4) return trafficOfProtocol(ipv4ProtocolAt(bytes, at, end));
  if (type === ETHERTYPE_ARP) return TRAFFIC.arp;
  return type === ETHERTYPE_IPV6 ? TRAFFIC.ipv6 : TRAFFIC.other;
}
