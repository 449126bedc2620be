// 802.11 (IEEE 802.11-2020, clause 9): data frames as far as the packet behind their LLC header; radiotap, Prism and AVS in
// front of them.

import type { LinkHeader } from "../../model/packet.ts";
import { ETHERTYPE_MIN } from "../ether-type.ts";
import { readMac, readU8, readU32 } from "../octets.ts";
import { LLC, type Position } from "../tunnel/unwrap.ts";
import { snapEtherType } from "./llc-snap.ts";

const FLAGS = 1;
const ADDRESSES = 4;
const MAC_LENGTH = 6;
const SEQUENCE = 22;
const HEADER = 24;
const SNAP = 8;

const TYPE_DATA = 2;
const TO_DS = 0x01;
const FROM_DS = 0x02;
const PROTECTED = 0x40;
const ORDER = 0x80;
const QOS_SUBTYPE = 0x08;
const NULL_SUBTYPE = 0x04;
const QOS_AMSDU = 0x80;
const FCS = 4;

const RADIOTAP_FIXED = 8;
const RADIOTAP_TSFT = 1;
const RADIOTAP_FLAGS = 2;
const RADIOTAP_MORE = 0x80000000;
const RADIOTAP_HAS_FCS = 0x10;
const RADIOTAP_PADDED = 0x20;
const MOST_PRESENT_WORDS = 16;

/** Little-endian, as radiotap and 802.11 are. */
function readLe16(bytes: Uint8Array, at: number): number {
  return readU8(bytes, at) | (readU8(bytes, at + 1) << 8);
}

/** Moves past a radiotap header (radiotap.org) and the 802.11 header behind it. */
export function enterRadiotap(bytes: Uint8Array, place: Position): number | null {
  const had = place.end - place.at;
  if (had < RADIOTAP_FIXED) return RADIOTAP_FIXED;
  const length = readLe16(bytes, place.at + 2);
  if (length < RADIOTAP_FIXED) return null;
  if (had < length) return length;
  const flags = radiotapFlags(bytes, place.at, place.at + length);
  place.at += length;
  // The check sequence is the frame's last four bytes, which a snap length cuts first.
  if ((flags & RADIOTAP_HAS_FCS) !== 0) dropTail(place);
  return enterIeee80211(bytes, place, (flags & RADIOTAP_PADDED) !== 0);
}

// Fields follow the words that say which there are; of those before the flags there is only the 8-byte clock.
function radiotapFlags(bytes: Uint8Array, start: number, end: number): number {
  const present = readLe32(bytes, start + 4);
  if ((present & RADIOTAP_FLAGS) === 0) return 0;
  let at = start + RADIOTAP_FIXED;
  let word = present;
  for (let n = 0; n < MOST_PRESENT_WORDS && (word & RADIOTAP_MORE) !== 0 && at + 4 <= end; n++) {
    word = readLe32(bytes, at);
    at += 4;
  }
  if ((present & RADIOTAP_TSFT) !== 0) at = start + Math.ceil((at - start) / 8) * 8 + 8;
  return at < end ? readU8(bytes, at) : 0;
}

function readLe32(bytes: Uint8Array, at: number): number {
  return (readLe16(bytes, at) | (readLe16(bytes, at + 2) << 16)) >>> 0;
}

function dropTail(place: Position): void {
  place.wireEnd -= FCS;
  place.end = Math.max(place.at, Math.min(place.end, place.wireEnd));
}

/** Moves past a Prism header (144 bytes, of either byte order) or an AVS one, and the 802.11 header behind it. */
export function enterPrism(bytes: Uint8Array, place: Position): number | null {
  const had = place.end - place.at;
  if (had < 8) return 8;
  const length = Math.min(readU32(bytes, place.at + 4), readLe32(bytes, place.at + 4));
  if (length < 8) return null;
  if (had < length) return length;
  place.at += length;
  return enterIeee80211(bytes, place, false);
}

/**
 * Moves past an 802.11 header and the LLC header behind it. What is encrypted is stuck there; other than data is nothing
 * that is followed. Returns how many bytes were needed where they were not there.
 */
export function enterIeee80211(bytes: Uint8Array, place: Position, padded: boolean): number | null {
  const { at, end } = place;
  if (end - at < HEADER) return HEADER;
  const control = readU8(bytes, at);
  const flags = readU8(bytes, at + FLAGS);
  const subtype = control >>> 4;
  place.type = 0;
  if (((control >>> 2) & 3) !== TYPE_DATA || (subtype & NULL_SUBTYPE) !== 0) return null;
  const isQos = (subtype & QOS_SUBTYPE) !== 0;
  const isRelayed = (flags & (TO_DS | FROM_DS)) === (TO_DS | FROM_DS);
  const qosAt = HEADER + (isRelayed ? MAC_LENGTH : 0);
  let length = qosAt + (isQos ? 2 : 0) + (isQos && (flags & ORDER) !== 0 ? 4 : 0);
  if (end - at < length) return length;
  const aggregated = isQos && (readU8(bytes, at + qosAt) & QOS_AMSDU) !== 0;
  if (padded) length = Math.ceil(length / 4) * 4;
  place.link = stations(bytes, at, flags);
  if ((flags & PROTECTED) !== 0) {
    place.stuck = "encrypted-wlan";
    return null;
  }
  // Of a frame in fragments only the first has the headers.
  if ((readLe16(bytes, at + SEQUENCE) & 0x0f) !== 0) return null;
  // An aggregate's first subframe: addresses and length as in 802.3 (clause 9.3.2.2.2); the others are not looked at.
  if (aggregated) length += 2 * MAC_LENGTH + 2;
  if (end - at < length + SNAP) return length + SNAP;
  place.at = at + length;
  const type = snapEtherType(bytes, place.at);
  place.type = type === 0 ? LLC : type < ETHERTYPE_MIN ? 0 : type;
  if (type !== 0) place.at += SNAP;
  return null;
}

// Which address is whose depends on whether the frame goes to or comes from the distribution system (table 9-30).
function stations(bytes: Uint8Array, at: number, flags: number): LinkHeader {
  const address = (n: number): number => at + ADDRESSES + n * MAC_LENGTH + (n === 3 ? 2 : 0);
  const toDs = (flags & TO_DS) !== 0;
  const fromDs = (flags & FROM_DS) !== 0;
  const source = !fromDs ? 1 : toDs ? 3 : 2;
  const destination = readMac(bytes, address(toDs ? 2 : 0));
  return { kind: "ethernet", destination, source: readMac(bytes, address(source)), etherType: 0 };
}
