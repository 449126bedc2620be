// What a packet holds in the fields that nft rules ask about.

import { type Ipv4, isMulticast, LIMITED_BROADCAST, type Mac } from "../../model/address.ts";
import type { FilterPacket } from "./firewall-chain.ts";

/** A field's content, in the form in which rules compare it. */
export type Actual =
  | { readonly kind: "address"; readonly address: Ipv4 }
  | { readonly kind: "number"; readonly number: number; readonly names: Readonly<Record<string, number>> }
  | { readonly kind: "interface"; readonly name: string }
  | { readonly kind: "mac"; readonly mac: Mac }
  /** One of a set of names, each with its number. */
  | { readonly kind: "name"; readonly name: string; readonly number: number }
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
      return packet.protocol === "icmp" ? icmpField(key, packet) : undefined;
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
      return OTHER_PROTOCOLS.has(about) ? undefined : null;
  }
}

const OTHER_PROTOCOLS = new Set("tcp udp sctp dccp udplite ip6 icmpv6 igmp th esp ah comp gre vxlan geneve".split(" "));

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
      return named("icmp", 1);
    case "ttl":
      return number(packet.ttl);
    case "length":
      return number(packet.length);
    case "version":
      return number(4);
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
const ICMP_CODES: Readonly<Record<string, number>> = {
  "net-unreachable": 0,
  "host-unreachable": 1,
  "prot-unreachable": 2,
  "port-unreachable": 3,
  "frag-needed": 4,
  "net-prohibited": 9,
  "host-prohibited": 10,
  "admin-prohibited": 13,
};

function icmpField(key: string, { icmpType, icmpCode }: FilterPacket): Actual | null {
  if (key === "type") return icmpType === null ? null : number(icmpType, ICMP_TYPES);
  return key === "code" && icmpCode !== null ? number(icmpCode, ICMP_CODES) : null;
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
      return packet.protocol === "icmp" ? named("icmp", 1) : undefined;
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
const STATES: Readonly<Record<string, number>> = { invalid: 1, established: 2, related: 4, new: 8 };

function connectionField(key: string, part: string, { ctState, translated }: FilterPacket): Actual | null {
  if (ctState === null || part !== "") return null;
  if (key === "state") return named(ctState, STATES[ctState] as number);
  return key === "status" && !translated ? { kind: "none-of", names: ["dnat", "snat"] } : null;
}

function fibField(asks: string, packet: FilterPacket): Actual | null {
  const match = /^([sd]addr)(?: \. ([io])if)? type$/.exec(asks);
  if (!match || packet.protocol !== "icmp") return null;
  const device = match[2] === undefined ? null : match[2] === "i" ? packet.iif : packet.oif;
  if (match[2] !== undefined && device === null) return null;
  const type = packet.addressType(match[1] === "saddr" ? packet.source : packet.destination, device);
  return type === undefined ? null : named(type, -1);
}
