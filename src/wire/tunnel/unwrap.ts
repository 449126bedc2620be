// Takes the packet out of what it travels inside of, header by header, down to what is no encapsulation any more.

import { formatIpv4, formatMac } from "../../model/address.ts";
import type { Encapsulation, LinkHeader, OuterHeader, Sealed, VlanTag } from "../../model/packet.ts";
import {
  ETHERTYPE_ETHERNET,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MIN,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_MULTICAST,
  ETHERTYPE_PPPOE_SESSION,
  isVlanTag,
} from "../ether-type.ts";
import { ETHERNET_HEADER, parseEthernet } from "../ethernet.ts";
import type { FaultLog } from "../fault-log.ts";
import { ipv4ProtocolAt, PROTOCOL_UDP } from "../ipv4.ts";
import { parseIpv6 } from "../ipv6.ts";
import { readIpv4, readU16 } from "../octets.ts";
import { MAX_VLAN_TAGS, parseVlan, VLAN_TAG, vlanEtherTypeAt } from "../vlan.ts";
import {
  inIp,
  isCarrier,
  isCarrierDatagram,
  isCarrierType,
  mayCarryInIpv6,
  payloadOfIpv4,
  sealedType,
} from "./carriers.ts";
import { parseGeneve } from "./geneve.ts";
import { isEnhancedGre, isErspan, parseGre } from "./gre.ts";
import { parseGtpU } from "./gtp-u.ts";
import { parseMpls } from "./mpls.ts";
import { parsePppoe } from "./pppoe.ts";
import { isShort, type ShortHeader, type TunnelHeader } from "./tunnel-header.ts";
import { parseVxlan } from "./vxlan.ts";

const TOTAL_LENGTH = 2;
const SOURCE = 12;
const DESTINATION = 16;

// Each adds a header or more, so that a frame could hold thousands; networks nest two or three.
const MOST_NESTED = 8;
/** Stands for an 802.2 LLC frame among EtherTypes. */
export const LLC = -1;
export const NO_LINK: LinkHeader = { kind: "none" };
export const NO_TAGS: readonly VlanTag[] = Object.freeze([]);
const NO_LABELS: readonly number[] = Object.freeze([]);

/** Where decoding has come to in a frame. */
export interface Position {
  /** EtherType of what lies at `at`; 0 is nothing that is followed, -1 LLC. */
  type: number;
  at: number;
  /** Where captured bytes end, and where the packet would end on the wire. */
  end: number;
  wireEnd: number;
  /** What ends them. */
  limit: string;
  link: LinkHeader;
  vlans: readonly VlanTag[];
  outer: OuterHeader | null;
  /** The encapsulation that could not be followed further; null where there is none. */
  stuck: Encapsulation | Sealed | null;
}

/** The place where a frame of that length on the wire begins. */
export function positionAt(start: number, end: number, length: number): Position {
  const link = NO_LINK;
  const wireEnd = Math.max(end, start + length);
  return { type: 0, at: start, end, wireEnd, limit: "frame", link, vlans: NO_TAGS, outer: null, stuck: null };
}

/** One encapsulation at a place: its header, and the IP packet around it. */
interface Layer {
  readonly kind: Encapsulation;
  readonly at: number;
  readonly from: string | null;
  readonly to: string | null;
}

/** Whether anything at this place may carry a packet; only the bytes that decide are read. */
export function mayCarry(bytes: Uint8Array, { type, at, end }: Position): boolean {
  if (type === ETHERTYPE_IPV4) {
    const protocol = ipv4ProtocolAt(bytes, at, end);
    return protocol === PROTOCOL_UDP ? isCarrierDatagram(bytes, at, end) : isCarrier(protocol);
  }
  if (type === ETHERTYPE_IPV6) return mayCarryInIpv6(bytes, at, end);
  return isCarrierType(type);
}

/**
 * Moves the place to the innermost packet that can be reached. Where an encapsulation cannot be followed, the place stays
 * at what carries it, and `stuck` says which. `start` is where the frame begins.
 */
export function unwrap(bytes: Uint8Array, start: number, place: Position, log: FaultLog): void {
  for (let depth = 0; depth < MOST_NESTED; depth++) {
    const layer = layerAt(bytes, place);
    if (layer === null) return;
    const carried = parse(layer.kind, bytes, layer.at, place.end);
    if (isShort(carried)) log.truncated("tunnel", carried.needed, Math.max(0, place.end - layer.at), place.limit);
    if (isShort(carried) || carried.type === 0) {
      place.stuck = isErspanAt(layer, bytes, place.end) ? "erspan" : layer.kind;
      return;
    }
    enter(bytes, start, place, layer, carried);
    if (carried.type === ETHERTYPE_ETHERNET) takeEthernet(bytes, place, log);
    else takeTags(bytes, place, log);
  }
  place.stuck = mayCarry(bytes, place) ? (place.outer?.kind ?? null) : null;
}

// What is carried, and by whom; null where there is nothing more, or only what is sealed.
function layerAt(bytes: Uint8Array, place: Position): Layer | null {
  switch (place.type) {
    case ETHERTYPE_IPV4:
      return layerInIpv4(bytes, place);
    case ETHERTYPE_IPV6:
      return layerInIpv6(bytes, place);
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_MULTICAST:
      return { kind: "mpls", at: place.at, ...stationsOf(place) };
    case ETHERTYPE_PPPOE_SESSION:
      return { kind: "pppoe", at: place.at, ...stationsOf(place) };
    default:
      place.stuck = sealedType(place.type);
      return null;
  }
}

function layerInIpv4(bytes: Uint8Array, place: Position): Layer | null {
  const { at, end } = place;
  const payload = payloadOfIpv4(bytes, at, end);
  const protocol = ipv4ProtocolAt(bytes, at, end);
  // What a later fragment holds is a part of the packet in it; in UDP not even its kind is told.
  if (payload < 0 && protocol === PROTOCOL_UDP) return null;
  const length = payload < 0 ? 0 : readU16(bytes, at + TOTAL_LENGTH);
  const found = inIp(protocol, bytes, payload, length === 0 ? end : Math.min(end, at + length));
  if (found === null) return null;
  if (found.kind === "sealed" || payload < 0) {
    place.stuck = found.kind === "sealed" ? found.name : found.kind;
    return null;
  }
  narrow(place, length === 0 ? place.wireEnd : at + length, "ipv4.total_length");
  const [from, to] = [formatIpv4(readIpv4(bytes, at + SOURCE)), formatIpv4(readIpv4(bytes, at + DESTINATION))];
  return { kind: found.kind, at: found.at, from, to };
}

function layerInIpv6(bytes: Uint8Array, place: Position): Layer | null {
  const packet = parseIpv6(bytes, place.at, place.end);
  const found = packet === null ? null : inIp(packet.protocol, bytes, packet.payload, place.end);
  if (packet === null || found === null) return null;
  if (found.kind === "sealed") {
    place.stuck = found.name;
    return null;
  }
  narrow(place, packet.length === 0 ? place.wireEnd : place.at + packet.length, "ipv6.payload_length");
  return { kind: found.kind, at: found.at, from: packet.source, to: packet.destination };
}

// Without an IP packet around it, the stations of the link are its ends.
function stationsOf({ link }: Position): Pick<Layer, "from" | "to"> {
  if (link.kind === "ethernet") return { from: formatMac(link.source), to: formatMac(link.destination) };
  return { from: link.kind === "cooked" && link.source !== null ? formatMac(link.source) : null, to: null };
}

function parse(kind: Encapsulation, bytes: Uint8Array, at: number, end: number): TunnelHeader | ShortHeader {
  switch (kind) {
    case "gre":
    case "pptp":
      return parseGre(bytes, at, end);
    case "vxlan":
      return parseVxlan(bytes, at, end);
    case "geneve":
      return parseGeneve(bytes, at, end);
    case "gtp-u":
      return parseGtpU(bytes, at, end);
    case "mpls":
      return parseMpls(bytes, at, end);
    case "pppoe":
      return parsePppoe(bytes, at, end);
    case "ipip":
      return { length: 0, type: ETHERTYPE_IPV4, number: null };
    case "6in4":
      return { length: 0, type: ETHERTYPE_IPV6, number: null };
  }
}

function isErspanAt({ kind, at }: Layer, bytes: Uint8Array, end: number): boolean {
  return kind === "gre" && isErspan(bytes, at, end);
}

function enter(bytes: Uint8Array, start: number, place: Position, layer: Layer, carried: TunnelHeader): void {
  const { link, vlans, outer } = place;
  const at = layer.at + carried.length;
  place.outer = {
    kind: layer.kind === "gre" && isEnhancedGre(bytes, layer.at, place.end) ? "pptp" : layer.kind,
    from: layer.from,
    to: layer.to,
    number: carried.number,
    labels: carried.labels ?? NO_LABELS,
    link,
    vlans,
    headers: at - start,
    outer,
  };
  if (carried.payload !== undefined) narrow(place, at + carried.payload, `${layer.kind}.length`);
  place.type = carried.type;
  place.at = at;
  place.link = NO_LINK;
  place.vlans = NO_TAGS;
}

// Padding, and a frame check sequence, follow where the packet around it ends; never wider than it was.
function narrow(place: Position, wireEnd: number, limit: string): void {
  if (wireEnd >= place.wireEnd || wireEnd < place.at) return;
  place.wireEnd = wireEnd;
  if (wireEnd >= place.end) return;
  place.end = wireEnd;
  place.limit = limit;
}

function takeEthernet(bytes: Uint8Array, place: Position, log: FaultLog): void {
  const had = place.end - place.at;
  place.type = 0;
  if (had < ETHERNET_HEADER) {
    log.truncated("tunnel", ETHERNET_HEADER, Math.max(0, had), place.limit);
    return;
  }
  const link = parseEthernet(bytes, place.at);
  place.link = link;
  place.type = link.etherType < ETHERTYPE_MIN ? LLC : link.etherType;
  place.at += ETHERNET_HEADER;
  takeTags(bytes, place, log);
}

/** Moves the place past the VLAN tags that lie there. */
export function takeTags(bytes: Uint8Array, place: Position, log: FaultLog): void {
  if (!isVlanTag(place.type)) return;
  const tags: VlanTag[] = [];
  place.vlans = tags;
  do {
    const had = place.end - place.at;
    if (tags.length === MAX_VLAN_TAGS) {
      log.badValue("vlan", MAX_VLAN_TAGS, tags.length + 1, "tag count");
      place.type = 0;
    } else if (had < VLAN_TAG) {
      log.truncated("vlan", VLAN_TAG, Math.max(0, had), place.limit);
      place.type = 0;
    } else {
      tags.push(parseVlan(bytes, place.at, place.type));
      place.type = vlanEtherTypeAt(bytes, place.at);
      if (place.type < ETHERTYPE_MIN) place.type = LLC;
      place.at += VLAN_TAG;
    }
  } while (isVlanTag(place.type));
}
