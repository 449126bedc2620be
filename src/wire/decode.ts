// Decodes a frame, layer by layer, into a packet that keeps nothing of the frame's bytes.

import type { Frame } from "../model/frame.ts";
import type { Direction, FrameRef, Icmp, Ipv4Header, LinkHeader, Network, Packet, VlanTag } from "../model/packet.ts";
import { parseArp } from "./arp.ts";
import { TRAFFIC, trafficOfProtocol } from "./classify.ts";
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_MIN, isVlanTag } from "./ether-type.ts";
import { ETHERNET_HEADER, parseEthernet } from "./ethernet.ts";
import { FaultLog } from "./fault-log.ts";
import { icmpPayloadHash, type MessageExtent, parseIcmp } from "./icmp.ts";
import { ipv4ProtocolAt, PROTOCOL_ICMP, parseIpv4 } from "./ipv4.ts";
import { cookedCarriesEtherType, cookedDirection, cookedIsLlc, parseSll, SLL_HEADER } from "./linux-sll.ts";
import { parseSll2, SLL2_HEADER } from "./linux-sll2.ts";
import { FAMILY_HEADER, familyEtherType, parseFamily } from "./null-loop.ts";
import { payloadHash } from "./payload-hash.ts";
import { rawEtherType } from "./raw.ts";
import { MAX_VLAN_TAGS, parseVlan, VLAN_TAG, vlanEtherTypeAt } from "./vlan.ts";

const SNAP_LENGTH = "snap length";
const FRAME = "frame";
const TOTAL_LENGTH = "ipv4.total_length";

const NO_LINK: LinkHeader = { kind: "none" };
const NO_TAGS: readonly VlanTag[] = Object.freeze([]);

type OtherProtocol = Extract<Network, { kind: "other" }>["protocol"];

const UNREADABLE = other("other");
const IPV6 = other("ipv6");
const LLC = other("llc");

// Decoding is synchronous and never nested: one log and one extent serve all frames.
const log = new FaultLog();
const extent: MessageExtent = { start: 0, end: 0, wireLength: null, whole: false, fragmented: false, limit: FRAME };

/** Decodes a frame. Any bytes give a packet, with the reason in `faults` where decoding stopped; it never throws. */
export function decode(frame: Frame): Packet {
  const { bytes, start, end } = frame;
  const captured = end - start;
  const limit = captured < frame.length ? SNAP_LENGTH : FRAME;
  const wireEnd = captured < frame.length ? start + frame.length : end;

  let link: LinkHeader = NO_LINK;
  let direction: Direction | null = frame.direction;
  // 0 stands for "nothing that is followed", -1 for LLC.
  let type = 0;
  let at = start;
  switch (frame.linkType) {
    case "EN10MB":
      if (!linkThere(captured, ETHERNET_HEADER, limit)) break;
      link = parseEthernet(bytes, start);
      type = link.etherType < ETHERTYPE_MIN ? -1 : link.etherType;
      at += ETHERNET_HEADER;
      break;
    case "LINUX_SLL":
    case "LINUX_SLL2": {
      const isSll2 = frame.linkType === "LINUX_SLL2";
      if (!linkThere(captured, isSll2 ? SLL2_HEADER : SLL_HEADER, limit)) break;
      const cooked = isSll2 ? parseSll2(bytes, start) : parseSll(bytes, start);
      link = cooked;
      if (direction === null) direction = cookedDirection(cooked.packetType);
      if (cookedCarriesEtherType(cooked.hardwareType)) type = cookedIsLlc(cooked.etherType) ? -1 : cooked.etherType;
      at += isSll2 ? SLL2_HEADER : SLL_HEADER;
      break;
    }
    case "NULL":
    case "LOOP": {
      if (!linkThere(captured, FAMILY_HEADER, limit)) break;
      const order = frame.linkType === "NULL" ? "host" : "network";
      type = familyEtherType(parseFamily(bytes, start, order));
      at += FAMILY_HEADER;
      break;
    }
    case "RAW":
      if (!linkThere(captured, 1, limit)) break;
      type = rawEtherType(bytes, start);
      if (type === 0) log.badValue("link", 1, captured, "ip.version");
      break;
    default:
      log.badValue("link", 0, captured, "link type");
  }

  let vlans = NO_TAGS;
  if (isVlanTag(type)) {
    const tags: VlanTag[] = [];
    vlans = tags;
    do {
      if (tags.length === MAX_VLAN_TAGS) {
        log.badValue("vlan", MAX_VLAN_TAGS, tags.length + 1, "tag count");
        type = 0;
      } else if (end - at < VLAN_TAG) {
        log.truncated("vlan", VLAN_TAG, end - at, limit);
        type = 0;
      } else {
        tags.push(parseVlan(bytes, at, type));
        type = vlanEtherTypeAt(bytes, at);
        if (type < ETHERTYPE_MIN) type = -1;
        at += VLAN_TAG;
      }
    } while (isVlanTag(type));
  }

  const network = decodeNetwork(type, bytes, at, end, wireEnd, limit);
  const ref: FrameRef = {
    vantage: frame.vantage,
    number: frame.number,
    time: frame.time,
    captured,
    length: frame.length,
    direction,
  };
  return { frame: ref, link, vlans, network, faults: log.take() };
}

function linkThere(captured: number, needed: number, limit: string): boolean {
  if (captured >= needed) return true;
  log.truncated("link", needed, captured, limit);
  return false;
}

function decodeNetwork(
  type: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  limit: string,
): Network {
  if (type === ETHERTYPE_IPV4) return decodeIpv4(bytes, start, end, wireEnd, limit);
  // RARP (0x8035) has the same layout but is another protocol: arp_rcv never sees it.
  if (type === ETHERTYPE_ARP) return parseArp(bytes, start, end, limit, log) ?? UNREADABLE;
  if (type === ETHERTYPE_IPV6) return IPV6;
  return type === -1 ? LLC : UNREADABLE;
}

function decodeIpv4(bytes: Uint8Array, start: number, end: number, wireEnd: number, limit: string): Network {
  const ip = parseIpv4(bytes, start, end, "ipv4", limit, log);
  if (ip === null) return { kind: "other", protocol: protocolName(ipv4ProtocolAt(bytes, start, end)), ip: null };
  const headerLength = ip.headerLength as number;
  const totalLength = ip.totalLength as number;

  // A total length of 0 is what a sender's own capture shows with TSO and BIG TCP: the frame tells the length.
  const datagramEnd = totalLength === 0 ? wireEnd : start + totalLength;
  const isShort = totalLength !== 0 && totalLength < headerLength;
  // ip_rcv drops both (inhdr_error, InTruncatedPkts).
  if (isShort) log.badValue("ipv4", headerLength, totalLength, TOTAL_LENGTH);
  if (datagramEnd > wireEnd) log.truncated("ipv4", totalLength, wireEnd - start, FRAME);
  if (ip.protocol !== PROTOCOL_ICMP) return { kind: "other", protocol: protocolName(ip.protocol), ip };

  const messageStart = start + headerLength;
  const isLater = ip.fragmentOffset !== 0;
  extent.start = messageStart;
  extent.end = Math.max(messageStart, Math.min(end, datagramEnd));
  extent.wireLength = totalLength === 0 ? null : totalLength - headerLength;
  extent.fragmented = isLater || ip.moreFragments === true;
  extent.whole = !extent.fragmented && datagramEnd <= end;
  extent.limit = datagramEnd <= end ? TOTAL_LENGTH : limit;
  if (isShort || isLater || messageStart > end) return icmpNetwork(bytes, ip, null);
  if (extent.end === messageStart) {
    log.truncated("icmp", 1, 0, extent.limit);
    return icmpNetwork(bytes, ip, null);
  }
  return icmpNetwork(bytes, ip, parseIcmp(bytes, extent, log));
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
