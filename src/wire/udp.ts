// UDP (RFC 768), and the two protocols over it that networks do not work without.

import type { Dhcp, Dns, Ipv4Header, Udp } from "../model/packet.ts";
import { parseDhcp } from "./dhcp.ts";
import { parseDns } from "./dns.ts";
import type { FaultLog } from "./fault-log.ts";
import type { MessageExtent } from "./icmp.ts";
import { type CapturedBytes, readU16, writeU16 } from "./octets.ts";
import { payloadHash } from "./payload-hash.ts";
import { transportChecksum } from "./transport-checksum.ts";

const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const LENGTH = 4;
const CHECKSUM = 6;
const HEADER = 8;

const DNS_PORT = 53;
const DHCP_PORTS: readonly number[] = [67, 68];

/** Parses a datagram; null, with a fault, where its header is not whole. */
export function parseUdp(bytes: Uint8Array, ip: Ipv4Header, extent: MessageExtent, log: FaultLog): Udp | null {
  const { start, end, limit } = extent;
  const had = Math.max(0, end - start);
  if (had < HEADER) {
    log.truncated("udp", HEADER, had, limit);
    return null;
  }
  const sourcePort = readU16(bytes, start + SOURCE_PORT);
  const destinationPort = readU16(bytes, start + DESTINATION_PORT);
  const length = readU16(bytes, start + LENGTH);
  const { wireLength, fragmented } = extent;
  // __udp4_lib_rcv drops what is longer than its packet or shorter than its header; 0 comes of segmentation by the device.
  const isWrong = (length !== 0 && length < HEADER) || (wireLength !== null && !fragmented && length > wireLength);
  if (isWrong) log.badValue("udp", length < HEADER ? HEADER : length, wireLength ?? length, "udp.length");
  const checksum = readU16(bytes, start + CHECKSUM);
  const cut = extent.whole || fragmented ? "udp.length" : limit;
  const payloadEnd = length >= HEADER ? Math.min(end, start + length) : end;
  return {
    sourcePort,
    destinationPort,
    length,
    checksum,
    ...(checksum === 0
      ? { checksumOk: null, checksumPartial: false }
      : transportChecksum(bytes, ip, isWrong ? extent : covered(extent, length), CHECKSUM)),
    payloadLength: length < HEADER ? null : length - HEADER,
    application: applicationOf(
      [sourcePort, destinationPort],
      bytes,
      { start: start + HEADER, end: payloadEnd, limit: cut },
      log,
    ),
  };
}

/** What a datagram carries, alike wherever it is seen. */
export function udpPayloadHash(bytes: Uint8Array, extent: MessageExtent): number {
  const at = Math.min(extent.end, extent.start + HEADER);
  return payloadHash(bytes, at, extent.end, extent.wireLength ?? 0);
}

/** The header of a datagram and its payload; a null length is computed, a null checksum is none. */
export function emitUdp(udp: Udp, payload: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(HEADER + payload.length);
  writeU16(datagram, SOURCE_PORT, udp.sourcePort);
  writeU16(datagram, DESTINATION_PORT, udp.destinationPort);
  writeU16(datagram, LENGTH, udp.length ?? datagram.length);
  writeU16(datagram, CHECKSUM, udp.checksum ?? 0);
  datagram.set(payload, HEADER);
  return datagram;
}

// The checksum covers what the header calls its own, which may be less than the packet holds.
function covered(extent: MessageExtent, length: number): MessageExtent {
  if (extent.wireLength === null || length === 0 || length === extent.wireLength) return extent;
  const end = Math.min(extent.end, extent.start + length);
  return { ...extent, end, wireLength: length, whole: extent.whole || end - extent.start === length };
}

function applicationOf(
  ports: readonly number[],
  bytes: Uint8Array,
  { start, end, limit }: CapturedBytes,
  log: FaultLog,
): Dns | Dhcp | null {
  if (ports.includes(DNS_PORT)) return parseDns(bytes, start, end, limit, log);
  if (ports.every((port) => DHCP_PORTS.includes(port))) return parseDhcp(bytes, start, end, limit, log);
  return null;
}
