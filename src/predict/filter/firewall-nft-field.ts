// What a packet holds in the fields that nft rules ask about.

import { type Ipv4, isMulticast, LIMITED_BROADCAST, type Mac } from "../../model/address.ts";
import { UNREACHABLE_CODES } from "../../model/icmp-names.ts";
import { ownValue } from "../../model/own-value.ts";
import { DSCP_CLASSES, ECN } from "../../system/nft-words.ts";
import type { Outer, Segment } from "../message.ts";
import type { FilterPacket } from "./firewall-chain.ts";

/** A field's content, in the form in which rules compare it. */
export type Actual =
  | { readonly kind: "address"; readonly address: Ipv4 }
  | { readonly kind: "number"; readonly number: number; readonly names: Readonly<Record<string, number>> }
  /** A port, any of a range where a kernel chooses it. */
  | { readonly kind: "port"; readonly low: number; readonly high: number }
  /** Flags of TCP; whether a rule asks for all or for one of them, is told by its mask. */
  | { readonly kind: "flags"; readonly set: readonly string[]; readonly masked: boolean }
  | { readonly kind: "interface"; readonly name: string }
  | { readonly kind: "mac"; readonly mac: Mac }
  /** One of a set of names, each with its number. */
  | { readonly kind: "name"; readonly name: string; readonly number: number }
  /** Whether the routing tables have a way. */
  | { readonly kind: "way"; readonly exists: boolean }
  /** Which of a connection's addresses are translated. */
  | { readonly kind: "nat-status"; readonly set: readonly string[] }
  /** What is known not to hold; of everything else nothing is known. */
  | { readonly kind: "none-of"; readonly names: readonly string[] };

/** Content of a field; undefined where the packet has none (the match fails), null where this walk does not know it. */
export function fieldOf(name: string, packet: FilterPacket): Actual | null | undefined {
  const [about = "", key = "", part = ""] = name.split(" ");
  switch (about) {
    case "iif":
    case "iifname":
      return { kind: "interface", name: packet.iif ?? "" };
    case "oif":
    case "oifname":
      return { kind: "interface", name: packet.oif ?? "" };
    case "ip":
      return packet.protocol === "icmp" ? ipField(key, packet) : undefined;
    case "icmp":
      return packet.protocol === "icmp" && packet.outer === null && packet.segment === null && !isLaterPiece(packet)
        ? icmpField(key, packet)
        : undefined;
    case "arp":
      return packet.protocol === "arp" ? arpField(key, part, packet) : undefined;
    case "ether":
      return etherField(key, packet);
    case "meta":
      return metaField(key, packet);
    case "ct":
      return connectionField(key, part, packet);
    case "fib":
      return fibField(name.slice(4), packet);
    default:
      if (packet.segment !== null) return segmentField(packet.segment, about, key);
      return packet.outer === null ? withoutPorts(about) : outerField(packet.outer, about, key);
  }
}

function withoutPorts(about: string): null | undefined {
  return OTHER_PROTOCOLS.has(about) ? undefined : null;
}

/** Of a segment, the flags that are set; of a reset nobody looks at the ACK that it may bear. */
export const TCP_FLAGS: Readonly<Record<string, readonly string[]>> = {
  syn: ["syn"],
  "syn-ack": ["syn", "ack"],
  reset: ["rst", "ack"],
  data: ["ack"],
};

function segmentField(
  { what, sourcePort, destinationPort }: Segment,
  about: string,
  key: string,
): Actual | null | undefined {
  if (about !== "th" && about !== what.protocol) return withoutPorts(about);
  if (key === "dport") return { kind: "port", low: destinationPort.start, high: destinationPort.end };
  if (key === "sport") return { kind: "port", low: sourcePort.start, high: sourcePort.end };
  if (what.protocol === "tcp" && key === "flags")
    return { kind: "flags", set: ownValue(TCP_FLAGS, what.kind) ?? [], masked: false };
  return null;
}

// What is within a tunnel, no rule of this walk looks at.
function outerField(outer: Outer, about: string, key: string): Actual | null | undefined {
  const isPort = about === "udp" || about === "th";
  if (outer.kind !== "udp") return about === "th" || about === outer.kind ? null : withoutPorts(about);
  if (!isPort) return about === "vxlan" || about === "geneve" ? null : withoutPorts(about);
  if (key === "dport") return number(outer.destinationPort);
  return key === "sport" && outer.sourcePort !== null ? number(outer.sourcePort) : null;
}

// nf_tables' names for them: /etc/protocols.
function transportOf({ outer, segment }: FilterPacket): Actual {
  if (segment !== null) return segment.what.protocol === "tcp" ? named("tcp", 6) : named("udp", 17);
  if (outer === null) return named("icmp", 1);
  return outer.kind === "udp" ? named("udp", 17) : outer.kind === "gre" ? named("gre", 47) : named("ipencap", 4);
}

const OTHER_PROTOCOLS = new Set("tcp udp sctp dccp udplite ip6 icmpv6 igmp th esp ah comp gre vxlan geneve".split(" "));

// RFC 791: flags DF and MF above the offset in units of 8 bytes.
function fragmentField({ piece, dontFragment }: FilterPacket): number {
  if (piece !== null) return (piece.more ? 0x2000 : 0) | (piece.offset >> 3);
  return dontFragment ? 0x4000 : 0;
}

// A later fragment holds no ICMP header to ask about.
function isLaterPiece({ piece }: FilterPacket): boolean {
  return piece !== null && piece.offset > 0;
}

const number = (value: number, names: Readonly<Record<string, number>> = {}): Actual => ({
  kind: "number",
  number: value,
  names,
});
const address = (value: Ipv4): Actual => ({ kind: "address", address: value });
const named = (name: string, value: number): Actual => ({ kind: "name", name, number: value });

function ipField(key: string, packet: FilterPacket): Actual | null {
  switch (key) {
    case "saddr":
      return address(packet.source);
    case "daddr":
      return address(packet.destination);
    case "protocol":
      return transportOf(packet);
    case "ttl":
      return number(packet.ttl);
    case "length":
      return number(packet.length);
    case "version":
      return number(4);
    case "dscp":
      return number(packet.tos >> 2, DSCP_CLASSES);
    case "ecn":
      return number(packet.tos & 3, ECN);
    case "frag-off":
      return number(fragmentField(packet));
    default:
      return null;
  }
}

// As nft describes them: datatypes icmp_type and icmp_code.
const ICMP_TYPES: Readonly<Record<string, number>> = {
  "echo-reply": 0,
  "destination-unreachable": 3,
  "source-quench": 4,
  redirect: 5,
  "echo-request": 8,
  "router-advertisement": 9,
  "router-solicitation": 10,
  "time-exceeded": 11,
  "parameter-problem": 12,
  "timestamp-request": 13,
  "timestamp-reply": 14,
  "info-request": 15,
  "info-reply": 16,
  "address-mask-request": 17,
  "address-mask-reply": 18,
};

function icmpField(key: string, { icmpType, icmpCode }: FilterPacket): Actual | null {
  if (key === "type") return icmpType === null ? null : number(icmpType, ICMP_TYPES);
  return key === "code" && icmpCode !== null ? number(icmpCode, UNREACHABLE_CODES) : null;
}

function arpField(key: string, part: string, packet: FilterPacket): Actual | null {
  switch (`${key} ${part}`.trim()) {
    case "operation":
      return packet.arpReply ? named("reply", 2) : named("request", 1);
    case "saddr ip":
      return address(packet.source);
    case "daddr ip":
      return address(packet.destination);
    case "htype":
      return number(1);
    case "ptype":
      return named("ip", 0x0800);
    case "hlen":
      return number(6);
    case "plen":
      return number(4);
    default:
      return null;
  }
}

function etherField(key: string, packet: FilterPacket): Actual | null | undefined {
  if (!packet.framed) return undefined;
  if (key === "type") return protocolOf(packet);
  const mac = key === "saddr" ? packet.sourceMac : key === "daddr" ? packet.destinationMac : null;
  return mac === null ? null : { kind: "mac", mac };
}

function protocolOf({ protocol }: FilterPacket): Actual {
  return protocol === "icmp" ? named("ip", 0x0800) : named("arp", 0x0806);
}

function metaField(key: string, packet: FilterPacket): Actual | null | undefined {
  switch (key) {
    case "l4proto":
      return packet.protocol === "icmp" ? transportOf(packet) : undefined;
    case "nfproto":
      return packet.protocol === "icmp" ? named("ipv4", 2) : null;
    case "protocol":
      return protocolOf(packet);
    case "mark":
      return number(packet.mark);
    case "length":
      return number(packet.length);
    case "pkttype":
      return packetType(packet);
    default:
      return null;
  }
}

// Past the IP receive path a frame was for this host, or was a broadcast; what this host sends is PACKET_HOST, too.
function packetType(packet: FilterPacket): Actual | null {
  if (packet.protocol !== "icmp" || packet.sourceMac !== null || packet.destinationMac !== null) return null;
  if (isMulticast(packet.destination)) return named("multicast", 2);
  if (packet.destination === LIMITED_BROADCAST) return named("broadcast", 1);
  const type = packet.addressType(packet.destination, null);
  return type === undefined || type === "broadcast" ? null : named("host", 0);
}

// enum ip_conntrack_info as nft_ct shows it: NF_CT_STATE_BIT.
const STATES: Readonly<Record<string, number>> = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 };

function connectionField(key: string, part: string, packet: FilterPacket): Actual | null {
  const { ctState, translated, natStatus } = packet;
  if (ctState === null || part !== "") return null;
  if (key === "state") return named(ctState, STATES[ctState] as number);
  if (key === "status" && natStatus !== undefined) return { kind: "nat-status", set: natStatus };
  return key === "status" && !translated ? { kind: "none-of", names: ["dnat", "snat"] } : null;
}

function wayField(packet: FilterPacket, withMark: boolean, byDevice: boolean): Actual | null {
  if (byDevice && packet.iif === null) return null;
  const exists = packet.wayBack?.({ device: byDevice ? packet.iif : null, withMark });
  return exists === undefined ? null : { kind: "way", exists };
}

function fibField(asks: string, packet: FilterPacket): Actual | null {
  if (packet.protocol !== "icmp") return null;
  const back = /^saddr( \. mark)?( \. iif)? oif$/.exec(asks);
  if (back !== null) return wayField(packet, back[1] !== undefined, back[2] !== undefined);
  const match = /^([sd]addr)(?: \. ([io])if)? type$/.exec(asks);
  if (!match) return null;
  const device = match[2] === undefined ? null : match[2] === "i" ? packet.iif : packet.oif;
  if (match[2] !== undefined && device === null) return null;
  const type = packet.addressType(match[1] === "saddr" ? packet.source : packet.destination, device);
  return type === undefined ? null : named(type, -1);
}
