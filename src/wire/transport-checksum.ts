// The checksum of TCP and UDP, which covers a pseudo-header besides (RFC 9293 section 3.1, RFC 768), and what a sender's own
// capture shows of it.

import type { Ipv4Header } from "../model/packet.ts";
import { onesComplementSum } from "./checksum.ts";
import type { MessageExtent } from "./icmp.ts";
import { readU16 } from "./octets.ts";

/** Whether a checksum holds; `partial` where the device has still to complete it. */
export interface TransportChecksum {
  readonly checksumOk: boolean | null;
  readonly checksumPartial: boolean;
}

const UNKNOWN: TransportChecksum = { checksumOk: null, checksumPartial: false };
const GOOD: TransportChecksum = { checksumOk: true, checksumPartial: false };
const BAD: TransportChecksum = { checksumOk: false, checksumPartial: false };
const PARTIAL: TransportChecksum = { checksumOk: null, checksumPartial: true };

/** Judges the checksum at `field` bytes into the segment. */
export function transportChecksum(
  bytes: Uint8Array,
  ip: Ipv4Header,
  extent: MessageExtent,
  field: number,
): TransportChecksum {
  const { start, end, wireLength } = extent;
  if (end - start < field + 2) return UNKNOWN;
  const length = wireLength ?? end - start;
  // tcp_v4_send_check and udp4_hwcsum leave the folded pseudo-header sum there; tunnels and TSO drivers leave the length out.
  const sum = readU16(bytes, start + field);
  if (sum === pseudoHeader(ip, length) || sum === pseudoHeader(ip, 0)) return PARTIAL;
  if (!extent.whole) return UNKNOWN;
  return fold(pseudoHeader(ip, length) + onesComplementSum(bytes, start, end)) === 0xffff ? GOOD : BAD;
}

function pseudoHeader({ source, destination, protocol }: Ipv4Header, length: number): number {
  const addresses = (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff);
  return fold(addresses + protocol + (length & 0xffff) + (length >>> 16));
}

function fold(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}
