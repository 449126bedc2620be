// IPv4 (RFC 791).

import type { DecodeFault, Ipv4Header } from "../model/packet.ts";
import { checksumHolds, checksumOf } from "./checksum.ts";
import type { FaultLog } from "./fault-log.ts";
import { type CapturedBytes, readIpv4, readU8, readU16, writeU16, writeU32 } from "./octets.ts";

const VERSION_AND_LENGTH = 0;
const TYPE_OF_SERVICE = 1;
const TOTAL_LENGTH = 2;
const IDENTIFICATION = 4;
const FLAGS_AND_OFFSET = 6;
const TTL = 8;
const PROTOCOL = 9;
const CHECKSUM = 10;
const SOURCE = 12;
const DESTINATION = 16;
const OPTIONS = 20;

const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const OFFSET_MASK = 0x1fff;

const VERSION = 4;
const DEFAULT_TTL = 64;

// Length of a header without options.
const IPV4_HEADER = OPTIONS;

export const PROTOCOL_ICMP = 1;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;

const NO_OPTIONS = new Uint8Array(0);

/** The protocol number of the header at `start`, -1 where it was not captured: for the hot path. */
export function ipv4ProtocolAt(bytes: Uint8Array, start: number, end: number): number {
  return start + PROTOCOL < end ? readU8(bytes, start + PROTOCOL) : -1;
}

/**
 * Parses a header between `start` and `end`. Null, with a fault, where the 20 fixed bytes are not there or are no IPv4
 * header (ip_rcv drops both); cut-off options leave `options` and `checksumOk` null.
 */
export function parseIpv4(
  bytes: Uint8Array,
  { start, end, limit }: CapturedBytes,
  layer: DecodeFault["layer"],
  log: FaultLog,
): Ipv4Header | null {
  const had = end - start;
  if (had < IPV4_HEADER) {
    log.truncated(layer, IPV4_HEADER, Math.max(had, 0), limit);
    return null;
  }
  const first = readU8(bytes, start + VERSION_AND_LENGTH);
  const headerLength = (first & 0x0f) * 4;
  if (first >>> 4 !== VERSION) {
    log.badValue(layer, IPV4_HEADER, had, "ipv4.version");
    return null;
  }
  if (headerLength < IPV4_HEADER) {
    log.badValue(layer, IPV4_HEADER, headerLength, "ipv4.header_length");
    return null;
  }
  const whole = had >= headerLength;
  if (!whole) log.truncated(layer, headerLength, had, limit);
  const service = readU8(bytes, start + TYPE_OF_SERVICE);
  const fragment = readU16(bytes, start + FLAGS_AND_OFFSET);
  return {
    source: readIpv4(bytes, start + SOURCE),
    destination: readIpv4(bytes, start + DESTINATION),
    protocol: readU8(bytes, start + PROTOCOL),
    headerLength,
    totalLength: readU16(bytes, start + TOTAL_LENGTH),
    identification: readU16(bytes, start + IDENTIFICATION),
    dontFragment: (fragment & DONT_FRAGMENT) !== 0,
    moreFragments: (fragment & MORE_FRAGMENTS) !== 0,
    fragmentOffset: fragment & OFFSET_MASK,
    ttl: readU8(bytes, start + TTL),
    dscp: service >>> 2,
    ecn: service & 3,
    checksum: readU16(bytes, start + CHECKSUM),
    checksumOk: whole ? checksumHolds(bytes, start, start + headerLength) : null,
    options: whole ? optionsOf(bytes, start + OPTIONS, start + headerLength) : null,
  };
}

/**
 * The datagram of a header and what follows it. Fields that are null take the obvious value: lengths and checksum are
 * computed, the TTL is 64. The reserved flag bit is not part of the model and is written as zero.
 */
export function emitIpv4(header: Ipv4Header, payload: Uint8Array): Uint8Array {
  const options = header.options ?? NO_OPTIONS;
  const headerLength = header.headerLength ?? OPTIONS + Math.ceil(options.length / 4) * 4;
  const datagram = new Uint8Array(headerLength + payload.length);
  datagram[VERSION_AND_LENGTH] = (VERSION << 4) | (headerLength / 4);
  datagram[TYPE_OF_SERVICE] = ((header.dscp ?? 0) << 2) | (header.ecn ?? 0);
  writeU16(datagram, TOTAL_LENGTH, header.totalLength ?? datagram.length);
  writeU16(datagram, IDENTIFICATION, header.identification ?? 0);
  const flags =
    (header.dontFragment === true ? DONT_FRAGMENT : 0) | (header.moreFragments === true ? MORE_FRAGMENTS : 0);
  writeU16(datagram, FLAGS_AND_OFFSET, flags | (header.fragmentOffset ?? 0));
  datagram[TTL] = header.ttl ?? DEFAULT_TTL;
  datagram[PROTOCOL] = header.protocol;
  writeU32(datagram, SOURCE, header.source);
  writeU32(datagram, DESTINATION, header.destination);
  datagram.set(options, OPTIONS);
  writeU16(datagram, CHECKSUM, header.checksum ?? checksumOf(datagram, 0, headerLength));
  datagram.set(payload, headerLength);
  return datagram;
}

// A copy, since the frame's bytes belong to the reader (slice() of a Node Buffer would be a view of them). Nearly all
// headers have no options and share one empty array.
function optionsOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return start === end ? NO_OPTIONS : new Uint8Array(bytes.subarray(start, end));
}
