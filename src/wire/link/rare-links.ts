// Link types that few captures have (https://www.tcpdump.org/linktypes.html): what is in front of the packet is passed over.

import type { Direction } from "../../model/packet.ts";
import type { RareLinkType } from "../../model/vantage.ts";
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_MPLS, ETHERTYPE_PPPOE_SESSION } from "../ether-type.ts";
import { ETHERNET_HEADER, parseEthernet } from "../ethernet.ts";
import type { FaultLog } from "../fault-log.ts";
import { familyEtherType } from "../null-loop.ts";
import { readU8, readU16, readU32 } from "../octets.ts";
import { rawEtherType } from "../raw.ts";
import { parsePpp } from "../tunnel/ppp.ts";
import { isShort } from "../tunnel/tunnel-header.ts";
import { LLC, type Position } from "../tunnel/unwrap.ts";
import { enterIeee80211, enterPrism, enterRadiotap } from "./ieee80211.ts";
import { snapEtherType } from "./llc-snap.ts";

const SLIP_HEADER = 16;
const SNAP_HEADER = 8;
const ENC_HEADER = 12;
const NFLOG_HEADER = 4;
const NFLOG_PAYLOAD = 9;
const PPI_HEADER = 8;
const PKTAP_HEADER = 12;
const MOST_ATTRIBUTES = 64;

// Numbers of link types inside PPI and PKTAP headers (pcap/dlt.h).
const DLT_NULL = 0;
const DLT_EN10MB = 1;
const DLT_RAW = 12;
const DLT_IEEE802_11 = 105;
const DLT_RADIOTAP = 127;

/**
 * Moves to the packet. Returns which way the frame went, where the link type tells; where the frame ends too early that is
 * a fault of the link.
 */
export function enterRareLink(
  linkType: RareLinkType,
  bytes: Uint8Array,
  place: Position,
  log: FaultLog,
): Direction | null {
  place.type = 0;
  const start = place.at;
  const direction = place.end > start ? directionOf(linkType, readU8(bytes, start)) : null;
  const needed = enter(linkType, bytes, place);
  if (needed !== null) log.truncated("link", needed, place.end - place.at, place.limit);
  return direction;
}

function directionOf(linkType: RareLinkType, first: number): Direction | null {
  switch (linkType) {
    case "PPP_PPPD":
    case "PPP_WITH_DIR":
    case "C_HDLC_WITH_DIR":
    case "SLIP":
      return first === 0 ? "in" : first === 1 ? "out" : null;
    default:
      return null;
  }
}

// Returns how many bytes were needed at the place it came to, where they were not there.
function enter(linkType: RareLinkType, bytes: Uint8Array, place: Position): number | null {
  const { at, end } = place;
  const had = end - at;
  switch (linkType) {
    case "PPP":
      return enterPpp(bytes, place);
    case "PPP_HDLC":
      // Cisco's framing begins with 0x0f (unicast) or 0x8f (multicast), PPP's with 0xff.
      return had > 0 && (readU8(bytes, at) & 0x7f) === 0x0f ? enterCiscoHdlc(bytes, place) : enterPpp(bytes, place);
    case "PPP_PPPD":
    case "PPP_WITH_DIR":
      if (had < 1) return 1;
      place.at++;
      // pppd's own has the direction in place of the address, in front of the control byte.
      if (linkType === "PPP_PPPD" && had > 1 && readU8(bytes, place.at) === 0x03) place.at++;
      return enterPpp(bytes, place);
    case "PPP_ETHER":
      place.type = ETHERTYPE_PPPOE_SESSION;
      return null;
    case "C_HDLC":
      return enterCiscoHdlc(bytes, place);
    case "C_HDLC_WITH_DIR":
      if (had < 1) return 1;
      place.at++;
      return enterCiscoHdlc(bytes, place);
    case "SLIP":
      if (had <= SLIP_HEADER) return SLIP_HEADER + 1;
      place.at += SLIP_HEADER;
      // A compressed TCP header (RFC 1144) has no version.
      place.type = rawEtherType(bytes, place.at);
      return null;
    case "ATM_RFC1483":
      return enterSnap(bytes, place);
    case "MPLS":
      place.type = ETHERTYPE_MPLS;
      return null;
    case "IEEE802_11":
      return enterIeee80211(bytes, place, false);
    case "IEEE802_11_RADIOTAP":
      return enterRadiotap(bytes, place);
    case "PRISM_HEADER":
    case "IEEE802_11_AVS":
      return enterPrism(bytes, place);
    case "PPI":
      return enterPpi(bytes, place);
    case "PKTAP":
      return enterPktap(bytes, place);
    case "NFLOG":
      return enterNflog(bytes, place);
    case "PFLOG":
      return enterPflog(bytes, place);
    case "ENC":
      return enterEnc(bytes, place);
  }
}

function enterPpp(bytes: Uint8Array, place: Position): number | null {
  const ppp = parsePpp(bytes, place.at, place.end);
  if (isShort(ppp)) return ppp.needed;
  place.at += ppp.length;
  place.type = ppp.type;
  return null;
}

// Address, control, EtherType (ARP included).
function enterCiscoHdlc(bytes: Uint8Array, place: Position): number | null {
  if (place.end - place.at < 4) return 4;
  place.type = readU16(bytes, place.at + 2);
  place.at += 4;
  return null;
}

function enterSnap(bytes: Uint8Array, place: Position): number | null {
  if (place.end - place.at < SNAP_HEADER) return SNAP_HEADER;
  const type = snapEtherType(bytes, place.at);
  place.type = type === 0 ? LLC : type;
  place.at += SNAP_HEADER;
  return null;
}

function little32(bytes: Uint8Array, at: number): number {
  return (
    (readU8(bytes, at) |
      (readU8(bytes, at + 1) << 8) |
      (readU8(bytes, at + 2) << 16) |
      (readU8(bytes, at + 3) << 24)) >>>
    0
  );
}

function enterPpi(bytes: Uint8Array, place: Position): number | null {
  const had = place.end - place.at;
  if (had < PPI_HEADER) return PPI_HEADER;
  const length = readU8(bytes, place.at + 2) | (readU8(bytes, place.at + 3) << 8);
  const inner = little32(bytes, place.at + 4);
  if (length < PPI_HEADER) return null;
  if (had < length) return length;
  place.at += length;
  return enterNumbered(inner, bytes, place);
}

// Apple's: `tcpdump -i any` and `-i pktap` of macOS.
function enterPktap(bytes: Uint8Array, place: Position): number | null {
  const had = place.end - place.at;
  if (had < PKTAP_HEADER) return PKTAP_HEADER;
  const length = little32(bytes, place.at);
  const inner = little32(bytes, place.at + 8);
  if (length < PKTAP_HEADER) return null;
  if (had < length) return length;
  place.at += length;
  return enterNumbered(inner, bytes, place);
}

function enterNumbered(inner: number, bytes: Uint8Array, place: Position): number | null {
  const had = place.end - place.at;
  switch (inner) {
    case DLT_EN10MB: {
      if (had < ETHERNET_HEADER) return ETHERNET_HEADER;
      const link = parseEthernet(bytes, place.at);
      place.link = link;
      place.type = link.etherType < 0x0600 ? LLC : link.etherType;
      place.at += ETHERNET_HEADER;
      return null;
    }
    case DLT_NULL:
      if (had < 4) return 4;
      place.type = familyEtherType(
        readU8(bytes, place.at) === 0 ? readU32(bytes, place.at) : little32(bytes, place.at),
      );
      place.at += 4;
      return null;
    case DLT_RAW:
      if (had > 0) place.type = rawEtherType(bytes, place.at);
      return null;
    case DLT_IEEE802_11:
      return enterIeee80211(bytes, place, false);
    case DLT_RADIOTAP:
      return enterRadiotap(bytes, place);
    default:
      return null;
  }
}

// Netfilter's log: attributes in the byte order of whoever captured, of which one is the packet.
function enterNflog(bytes: Uint8Array, place: Position): number | null {
  const start = place.at;
  if (place.end - start < NFLOG_HEADER + 4) return NFLOG_HEADER + 4;
  const family = readU8(bytes, start);
  const isLittle = readU8(bytes, start + NFLOG_HEADER + 1) === 0;
  const number = (at: number): number =>
    isLittle ? readU8(bytes, at) | (readU8(bytes, at + 1) << 8) : readU16(bytes, at);
  let at = start + NFLOG_HEADER;
  for (let n = 0; n < MOST_ATTRIBUTES && place.end - at >= 4; n++) {
    const length = number(at);
    if (length < 4) return null;
    if (number(at + 2) === NFLOG_PAYLOAD) {
      place.at = at + 4;
      // What a snap length of the log itself left out is not on any wire that could be counted.
      place.wireEnd = Math.max(place.at, Math.min(place.wireEnd, at + length));
      place.end = Math.min(place.end, place.wireEnd);
      place.type = familyEtherType(family);
      return null;
    }
    at += Math.ceil(length / 4) * 4;
  }
  return null;
}

// OpenBSD's packet filter: the header says its length, without the padding to 4 bytes.
function enterPflog(bytes: Uint8Array, place: Position): number | null {
  const had = place.end - place.at;
  if (had < 2) return 2;
  const length = Math.ceil(readU8(bytes, place.at) / 4) * 4;
  const family = readU8(bytes, place.at + 1);
  if (had < length) return length;
  place.at += length;
  place.type = familyEtherType(family);
  return null;
}

// OpenBSD's view of IPsec: family in the order of whoever captured, SPI, flags.
function enterEnc(bytes: Uint8Array, place: Position): number | null {
  if (place.end - place.at < ENC_HEADER) return ENC_HEADER;
  const family = readU8(bytes, place.at) === 0 ? readU32(bytes, place.at) : little32(bytes, place.at);
  const type = familyEtherType(family);
  place.type = type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6 ? type : 0;
  place.at += ENC_HEADER;
  return null;
}
