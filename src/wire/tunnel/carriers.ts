// Which protocols and ports carry other packets, for the hot path, and under which name what cannot be followed is counted.

import type { Encapsulation, Sealed } from "../../model/packet.ts";
import {
  ETHERTYPE_MACSEC,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_MULTICAST,
  ETHERTYPE_NSH,
  ETHERTYPE_PBB,
  ETHERTYPE_PPPOE_SESSION,
} from "../ether-type.ts";
import { PROTOCOL_UDP } from "../ipv4.ts";
import { IPV6_HEADER, isIpv6Extension, nextHeaderAt } from "../ipv6.ts";
import { readU8, readU16, readU32 } from "../octets.ts";

const IPV4_IN_IP = 4;
const IPV6_IN_IP = 41;
const GRE = 47;
const ESP = 50;
const AH = 51;
const ETHER_IP = 97;
const L2TP = 115;
const MPLS_IN_IP = 137;

// IANA's numbers, Linux's own first one for VXLAN (8472, which flannel uses), VXLAN-GPE, and those of the sealed ones.
const VXLAN_PORT = 4789;
const VXLAN_PORT_OF_LINUX = 8472;
const VXLAN_GPE_PORT = 4790;
const GENEVE_PORT = 6081;
const GTP_U_PORT = 2152;
const L2TP_PORT = 1701;
const ESP_PORT = 4500;
const WIREGUARD_PORT = 51_820;

const DESTINATION_PORT = 2;
const UDP_HEADER = 8;
const IPV4_FIXED = 20;

/** Whether an IP protocol carries packets, so that one must look inside. */
export function isCarrier(protocol: number): boolean {
  switch (protocol) {
    case IPV4_IN_IP:
    case IPV6_IN_IP:
    case GRE:
    case ESP:
    case AH:
    case ETHER_IP:
    case L2TP:
    case MPLS_IN_IP:
      return true;
    default:
      return false;
  }
}

// One look for each UDP packet of a busy capture.
const CARRIER_PORTS = new Uint8Array(1 << 16);
for (const port of [
  VXLAN_PORT,
  VXLAN_PORT_OF_LINUX,
  VXLAN_GPE_PORT,
  GENEVE_PORT,
  GTP_U_PORT,
  L2TP_PORT,
  ESP_PORT,
  WIREGUARD_PORT,
])
  CARRIER_PORTS[port] = 1;

/** Whether UDP in the IPv4 packet at `start` goes to such a port. */
export function isCarrierDatagram(bytes: Uint8Array, start: number, end: number): boolean {
  const at = start + (readU8(bytes, start) & 0x0f) * 4 + DESTINATION_PORT;
  return at + 2 <= end && CARRIER_PORTS[readU16(bytes, at)] === 1;
}

/** Whether an IPv6 packet may carry another: at once, behind extension headers, or in UDP to a port that does. */
export function mayCarryInIpv6(bytes: Uint8Array, start: number, end: number): boolean {
  const next = nextHeaderAt(bytes, start, end);
  if (next === PROTOCOL_UDP) {
    const port = start + IPV6_HEADER + DESTINATION_PORT;
    return port + 2 <= end && CARRIER_PORTS[readU16(bytes, port)] === 1;
  }
  return isCarrier(next) || isIpv6Extension(next);
}

/** Whether an EtherType carries packets. */
export function isCarrierType(type: number): boolean {
  switch (type) {
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_MULTICAST:
    case ETHERTYPE_PPPOE_SESSION:
    case ETHERTYPE_MACSEC:
    case ETHERTYPE_PBB:
    case ETHERTYPE_NSH:
      return true;
    default:
      return false;
  }
}

/** What an IP packet carries: an encapsulation whose header lies at `at`, or one that cannot be followed. */
export type InIp =
  | { readonly kind: Encapsulation; readonly at: number }
  | { readonly kind: "sealed"; readonly name: Sealed };

/** What the payload at `at` of this IP protocol is; null where it is no encapsulation. */
export function inIp(protocol: number, bytes: Uint8Array, at: number, end: number): InIp | null {
  switch (protocol) {
    case IPV4_IN_IP:
      return { kind: "ipip", at };
    case IPV6_IN_IP:
      return { kind: "6in4", at };
    case GRE:
      return { kind: "gre", at };
    case MPLS_IN_IP:
      return { kind: "mpls", at };
    case ESP:
      return { kind: "sealed", name: "esp" };
    case AH:
      return { kind: "sealed", name: "ah" };
    case ETHER_IP:
      return { kind: "sealed", name: "etherip" };
    case L2TP:
      return { kind: "sealed", name: "l2tp" };
    case PROTOCOL_UDP:
      return end - at < UDP_HEADER ? null : inUdp(bytes, at, end);
    default:
      return null;
  }
}

function inUdp(bytes: Uint8Array, udp: number, end: number): InIp | null {
  const at = udp + UDP_HEADER;
  switch (readU16(bytes, udp + DESTINATION_PORT)) {
    case VXLAN_PORT:
    case VXLAN_PORT_OF_LINUX:
      return { kind: "vxlan", at };
    case GENEVE_PORT:
      return { kind: "geneve", at };
    case GTP_U_PORT:
      return { kind: "gtp-u", at };
    case VXLAN_GPE_PORT:
      return { kind: "sealed", name: "vxlan-gpe" };
    case L2TP_PORT:
      return { kind: "sealed", name: "l2tp" };
    case ESP_PORT:
      // RFC 3948: four zero bytes are key exchange, and a single one keeps the translation alive.
      return end - at >= 4 && readU32(bytes, at) !== 0 ? { kind: "sealed", name: "esp" } : null;
    case WIREGUARD_PORT:
      return isWireGuard(bytes, at, end) ? { kind: "sealed", name: "wireguard" } : null;
    default:
      return null;
  }
}

// Message types 1 to 4, and three reserved bytes.
function isWireGuard(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 4) return false;
  const type = readU8(bytes, at);
  return type >= 1 && type <= 4 && readU8(bytes, at + 1) === 0 && readU16(bytes, at + 2) === 0;
}

/** The name of an EtherType that carries packets and cannot be followed; null for others. */
export function sealedType(type: number): Sealed | null {
  if (type === ETHERTYPE_MACSEC) return "macsec";
  if (type === ETHERTYPE_PBB) return "mac-in-mac";
  return type === ETHERTYPE_NSH ? "nsh" : null;
}

/** Where the payload of the IPv4 packet at `start` begins; -1 in a later fragment, whose ports are elsewhere. */
export function payloadOfIpv4(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < IPV4_FIXED || readU8(bytes, start) >>> 4 !== 4) return -1;
  const header = (readU8(bytes, start) & 0x0f) * 4;
  if (header < IPV4_FIXED || end - start < header) return -1;
  return (readU16(bytes, start + 6) & 0x1fff) === 0 ? start + header : -1;
}
