// ARP (RFC 826), with addresses where they are Ethernet (6 bytes) and IPv4 (4 bytes).

import type { Arp } from "../model/packet.ts";
import { ETHERTYPE_IPV4 } from "./ether-type.ts";
import type { FaultLog } from "./fault-log.ts";
import { readIpv4, readMac, readU8, readU16, writeMac, writeU16, writeU32 } from "./octets.ts";

const HARDWARE_TYPE = 0;
const PROTOCOL_TYPE = 2;
const HARDWARE_LENGTH = 4;
const PROTOCOL_LENGTH = 5;
const OPERATION = 6;
const ADDRESSES = 8;

const MAC_LENGTH = 6;
const IPV4_LENGTH = 4;
const ETHERNET_ARP = ADDRESSES + 2 * (MAC_LENGTH + IPV4_LENGTH);

// IP over IEEE 1394 has no target hardware address (RFC 2734 section 4; arp_hdr_len).
const HARDWARE_IEEE1394 = 24;

/** Parses what lies between `start` and `end`; null, with a fault, where not even the operation is there. */
export function parseArp(bytes: Uint8Array, start: number, end: number, limit: string, log: FaultLog): Arp | null {
  const had = end - start;
  if (had < ADDRESSES) {
    log.truncated("arp", ADDRESSES, had, limit);
    return null;
  }
  const hardwareType = readU16(bytes, start + HARDWARE_TYPE);
  const protocolType = readU16(bytes, start + PROTOCOL_TYPE);
  const hardwareLength = readU8(bytes, start + HARDWARE_LENGTH);
  const protocolLength = readU8(bytes, start + PROTOCOL_LENGTH);
  const targetLength = hardwareType === HARDWARE_IEEE1394 ? 0 : hardwareLength;

  const senderMac = start + ADDRESSES;
  const senderIp = senderMac + hardwareLength;
  const targetMac = senderIp + protocolLength;
  const targetIp = targetMac + targetLength;
  const needed = targetIp + protocolLength - start;
  if (had < needed) log.truncated("arp", needed, had, limit);

  const isIpv4 = protocolType === ETHERTYPE_IPV4 && protocolLength === IPV4_LENGTH;
  return {
    kind: "arp",
    operation: readU16(bytes, start + OPERATION),
    hardwareType,
    protocolType,
    senderMac: hardwareLength === MAC_LENGTH && senderIp <= end ? readMac(bytes, senderMac) : null,
    senderIp: isIpv4 && targetMac <= end ? readIpv4(bytes, senderIp) : null,
    targetMac: targetLength === MAC_LENGTH && targetIp <= end ? readMac(bytes, targetMac) : null,
    targetIp: isIpv4 && targetIp + IPV4_LENGTH <= end ? readIpv4(bytes, targetIp) : null,
  };
}

/** The 28 bytes of an ARP packet for IPv4 over Ethernet; addresses that are not known become zero. */
export function emitArp(arp: Arp): Uint8Array {
  const packet = new Uint8Array(ETHERNET_ARP);
  writeU16(packet, HARDWARE_TYPE, arp.hardwareType);
  writeU16(packet, PROTOCOL_TYPE, arp.protocolType);
  packet[HARDWARE_LENGTH] = MAC_LENGTH;
  packet[PROTOCOL_LENGTH] = IPV4_LENGTH;
  writeU16(packet, OPERATION, arp.operation);
  if (arp.senderMac !== null) writeMac(packet, ADDRESSES, arp.senderMac);
  writeU32(packet, ADDRESSES + MAC_LENGTH, arp.senderIp ?? 0);
  if (arp.targetMac !== null) writeMac(packet, ADDRESSES + MAC_LENGTH + IPV4_LENGTH, arp.targetMac);
  writeU32(packet, ADDRESSES + 2 * MAC_LENGTH + IPV4_LENGTH, arp.targetIp ?? 0);
  return packet;
}
