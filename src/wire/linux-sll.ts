// LINUX_SLL, the cooked header of `tcpdump -i any` before libpcap 1.10 (LINKTYPE_LINUX_SLL, 113).

import type { Direction, LinkHeader } from "../model/packet.ts";
import { readMac, readU16, writeMac, writeU16 } from "./octets.ts";

const PACKET_TYPE = 0;
const HARDWARE_TYPE = 2;
const ADDRESS_LENGTH = 4;
const ADDRESS = 6;
const PROTOCOL = 14;
const MAC_LENGTH = 6;

/** Length of the header. */
export const SLL_HEADER = 16;

/** A cooked header; its `etherType` is the raw protocol field. */
export type CookedHeader = Extract<LinkHeader, { kind: "cooked" }>;

/** PACKET_HOST to PACKET_OUTGOING of linux/if_packet.h, by number. */
const PACKET_TYPES: readonly CookedHeader["packetType"][] = [
  "host",
  "broadcast",
  "multicast",
  "other-host",
  "outgoing",
];

const OUTGOING = 4;
const UNKNOWN_PACKET_TYPE = 255;

/** What the kernel took the frame for, by its number. */
export function packetTypeOf(number: number): CookedHeader["packetType"] {
  return PACKET_TYPES[number] ?? "unknown";
}

/** The number of a packet type. */
export function packetTypeNumber(packetType: CookedHeader["packetType"]): number {
  const number = PACKET_TYPES.indexOf(packetType);
  return number < 0 ? UNKNOWN_PACKET_TYPE : number;
}

/** Which way a frame went, by how the kernel classified it; null where the number is none that a driver's frame has. */
export function cookedDirection(packetType: CookedHeader["packetType"]): Direction | null {
  if (packetType === PACKET_TYPES[OUTGOING]) return "out";
  return packetType === "unknown" ? null : "in";
}

/** What the protocol field holds in place of an EtherType on some devices, by ARPHRD number. */
export function cookedCarriesEtherType(hardwareType: number): boolean {
  // ARPHRD_NETLINK puts the netlink family there; 802.11, radiotap and Prism frames are whole, with a link header.
  return hardwareType !== 824 && (hardwareType < 801 || hardwareType > 803);
}

/** ETH_P_802_3 and ETH_P_802_2: protocol numbers that the kernel gives to frames with a length in place of a type. */
export function cookedIsLlc(protocol: number): boolean {
  return protocol === 1 || protocol === 4;
}

/** The protocol and hardware type fields alone, for the hot path. */
export function sllProtocolAt(bytes: Uint8Array, start: number): number {
  return readU16(bytes, start + PROTOCOL);
}
export function sllHardwareTypeAt(bytes: Uint8Array, start: number): number {
  return readU16(bytes, start + HARDWARE_TYPE);
}

/** Parses the header at `start`, where 16 bytes must be. */
export function parseSll(bytes: Uint8Array, start: number): CookedHeader {
  return {
    kind: "cooked",
    packetType: packetTypeOf(readU16(bytes, start + PACKET_TYPE)),
    source: readU16(bytes, start + ADDRESS_LENGTH) === MAC_LENGTH ? readMac(bytes, start + ADDRESS) : null,
    etherType: readU16(bytes, start + PROTOCOL),
    hardwareType: readU16(bytes, start + HARDWARE_TYPE),
    interfaceIndex: null,
  };
}

/** The frame of a header and what follows it. */
export function emitSll(header: CookedHeader, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(SLL_HEADER + payload.length);
  writeU16(frame, PACKET_TYPE, packetTypeNumber(header.packetType));
  writeU16(frame, HARDWARE_TYPE, header.hardwareType);
  if (header.source !== null) {
    writeU16(frame, ADDRESS_LENGTH, MAC_LENGTH);
    writeMac(frame, ADDRESS, header.source);
  }
  writeU16(frame, PROTOCOL, header.etherType);
  frame.set(payload, SLL_HEADER);
  return frame;
}
