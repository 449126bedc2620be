// Ethernet: Ethernet II, and 802.3 whose type field is the length of an LLC frame (IEEE 802.3 clause 3.2.6).

import type { LinkHeader } from "../model/packet.ts";
import { readMac, readU16, writeMac, writeU16 } from "./octets.ts";

const DESTINATION = 0;
const SOURCE = 6;
const ETHER_TYPE = 12;

/** Length of an Ethernet header. */
export const ETHERNET_HEADER = 14;

/** An Ethernet header; `etherType` is the raw field: the outermost tag's TPID in a tagged frame, a length in 802.3. */
export type EthernetHeader = Extract<LinkHeader, { kind: "ethernet" }>;

// Packets between the same two stations have the same header: two million pings share a dozen objects.
const RECENT = 64;
const recent: (EthernetHeader | undefined)[] = new Array(RECENT).fill(undefined);

/** Parses the header at `start`, where 14 bytes must be. Equal headers may be one object. */
export function parseEthernet(bytes: Uint8Array, start: number): EthernetHeader {
  const destination = readMac(bytes, start + DESTINATION);
  const source = readMac(bytes, start + SOURCE);
  const etherType = readU16(bytes, start + ETHER_TYPE);
  const last = (bytes[start + DESTINATION + 5] as number) * 3 + (bytes[start + SOURCE + 5] as number);
  const place = (last + etherType) % RECENT;
  const known = recent[place];
  if (known?.destination === destination && known.source === source && known.etherType === etherType) return known;
  const header: EthernetHeader = { kind: "ethernet", destination, source, etherType };
  recent[place] = header;
  return header;
}

/** The type field alone, for the hot path. */
export function etherTypeAt(bytes: Uint8Array, start: number): number {
  return readU16(bytes, start + ETHER_TYPE);
}

/** The frame of a header and what follows it; nothing is padded. */
export function emitEthernet(header: EthernetHeader, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(ETHERNET_HEADER + payload.length);
  writeMac(frame, DESTINATION, header.destination);
  writeMac(frame, SOURCE, header.source);
  writeU16(frame, ETHER_TYPE, header.etherType);
  frame.set(payload, ETHERNET_HEADER);
  return frame;
}
