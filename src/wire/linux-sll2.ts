// LINUX_SLL2, the cooked header that also tells the interface's index (LINKTYPE_LINUX_SLL2, 276).

import { type CookedHeader, packetTypeNumber, packetTypeOf } from "./linux-sll.ts";
import { readMac, readU8, readU16, readU32, writeMac, writeU16, writeU32 } from "./octets.ts";

const PROTOCOL = 0;
const INTERFACE_INDEX = 4;
const HARDWARE_TYPE = 8;
const PACKET_TYPE = 10;
const ADDRESS_LENGTH = 11;
const ADDRESS = 12;
const MAC_LENGTH = 6;

/** Length of the header. */
export const SLL2_HEADER = 20;

/** The protocol and hardware type fields alone, for the hot path. */
export function sll2ProtocolAt(bytes: Uint8Array, start: number): number {
  return readU16(bytes, start + PROTOCOL);
}
export function sll2HardwareTypeAt(bytes: Uint8Array, start: number): number {
  return readU16(bytes, start + HARDWARE_TYPE);
}

/** Parses the header at `start`, where 20 bytes must be. */
export function parseSll2(bytes: Uint8Array, start: number): CookedHeader {
  return {
    kind: "cooked",
    packetType: packetTypeOf(readU8(bytes, start + PACKET_TYPE)),
    source: readU8(bytes, start + ADDRESS_LENGTH) === MAC_LENGTH ? readMac(bytes, start + ADDRESS) : null,
    etherType: readU16(bytes, start + PROTOCOL),
    hardwareType: readU16(bytes, start + HARDWARE_TYPE),
    interfaceIndex: readU32(bytes, start + INTERFACE_INDEX),
  };
}

/** The frame of a header and what follows it. */
export function emitSll2(header: CookedHeader, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(SLL2_HEADER + payload.length);
  writeU16(frame, PROTOCOL, header.etherType);
  writeU32(frame, INTERFACE_INDEX, header.interfaceIndex ?? 0);
  writeU16(frame, HARDWARE_TYPE, header.hardwareType);
  frame[PACKET_TYPE] = packetTypeNumber(header.packetType);
  if (header.source !== null) {
    frame[ADDRESS_LENGTH] = MAC_LENGTH;
    writeMac(frame, ADDRESS, header.source);
  }
  frame.set(payload, SLL2_HEADER);
  return frame;
}
