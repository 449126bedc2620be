// Writes classic pcap with nanosecond time stamps, little-endian: the file header, then one record a packet.

import { type Nanoseconds, SECOND } from "../model/time.ts";
import type { LinkType } from "../model/vantage.ts";
import { linkTypeNumber } from "./link-type.ts";
import { PCAP_NANOSECONDS } from "./magic.ts";
import { MAX_PACKET } from "./pcap-scan.ts";

/** The 24 bytes at the start of a pcap file. */
export function pcapHeader(linkType: LinkType, snapLength = MAX_PACKET): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, PCAP_NANOSECONDS, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, snapLength, true);
  view.setUint32(20, linkTypeNumber(linkType), true);
  return bytes;
}

/** One packet: its time in nanoseconds since 1970 (up to 2106), its captured bytes, its length on the wire. */
export function pcapPacket(time: Nanoseconds, captured: Uint8Array, length = captured.length): Uint8Array {
  const bytes = new Uint8Array(16 + captured.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Number(time / SECOND), true);
  view.setUint32(4, Number(time % SECOND), true);
  view.setUint32(8, captured.length, true);
  view.setUint32(12, length, true);
  bytes.set(captured, 16);
  return bytes;
}
