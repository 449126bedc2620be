// TCP (RFC 9293).

import type { Ipv4Header, Tcp, TcpOptions } from "../model/packet.ts";
import type { FaultLog } from "./fault-log.ts";
import type { MessageExtent } from "./icmp.ts";
import { readU8, readU16, readU32, writeU16, writeU32 } from "./octets.ts";
import { hashNumber, payloadHash } from "./payload-hash.ts";
import { transportChecksum } from "./transport-checksum.ts";

const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const SEQUENCE = 4;
const ACKNOWLEDGEMENT = 8;
const OFFSET_AND_FLAGS = 12;
const WINDOW = 14;
const CHECKSUM = 16;
const OPTIONS = 20;

const HEADER = OPTIONS;
const FLAGS = 0x01ff;

const END_OF_OPTIONS = 0;
const NO_OPERATION = 1;
const MSS = 2;
const WINDOW_SCALE = 3;
const SACK_PERMITTED = 4;
const SACK = 5;
const TIMESTAMPS = 8;
const MD5 = 19;
const AUTHENTICATION = 29;

const NO_OPTIONS: TcpOptions = Object.freeze({
  mss: null,
  windowScale: null,
  sackPermitted: false,
  sack: [],
  timestamps: null,
  signed: false,
});

/** Parses a segment; null, with a fault, where not even its 20 fixed bytes are there. */
export function parseTcp(bytes: Uint8Array, ip: Ipv4Header, extent: MessageExtent, log: FaultLog): Tcp | null {
  const { start, end, limit } = extent;
  const had = Math.max(0, end - start);
  if (had < HEADER) {
    log.truncated("tcp", HEADER, had, limit);
    return null;
  }
  const offsetAndFlags = readU16(bytes, start + OFFSET_AND_FLAGS);
  const headerLength = (offsetAndFlags >>> 12) * 4;
  // tcp_v4_rcv drops it (bad_packet).
  const isShort = headerLength < HEADER;
  if (isShort) log.badValue("tcp", HEADER, headerLength, "tcp.data_offset");
  else if (had < headerLength) log.truncated("tcp", headerLength, had, limit);
  const { wireLength, fragmented } = extent;
  return {
    sourcePort: readU16(bytes, start + SOURCE_PORT),
    destinationPort: readU16(bytes, start + DESTINATION_PORT),
    sequence: readU32(bytes, start + SEQUENCE),
    acknowledgement: readU32(bytes, start + ACKNOWLEDGEMENT),
    headerLength,
    flags: offsetAndFlags & FLAGS,
    window: readU16(bytes, start + WINDOW),
    checksum: readU16(bytes, start + CHECKSUM),
    ...transportChecksum(bytes, ip, extent, CHECKSUM),
    payloadLength: isShort || wireLength === null || fragmented ? null : Math.max(0, wireLength - headerLength),
    options: isShort ? null : parseOptions(bytes, start, Math.min(had, headerLength), had < headerLength ? null : log),
  };
}

/** What identifies a segment wherever it is seen: translation rewrites its addresses, ports and checksum, never its numbers. */
export function tcpPayloadHash(bytes: Uint8Array, tcp: Tcp | null, extent: MessageExtent): number {
  if (tcp === null) return payloadHash(bytes, extent.start, extent.end, extent.wireLength ?? 0);
  const hash = hashNumber(hashNumber(tcp.flags, tcp.sequence ?? 0), tcp.acknowledgement ?? 0);
  return hashNumber(hash, tcp.payloadLength ?? 0) >>> 0;
}

// `log` is null where the snap length has cut the options, which is told already.
function parseOptions(bytes: Uint8Array, segment: number, length: number, log: FaultLog | null): TcpOptions {
  const start = segment + OPTIONS;
  const end = segment + length;
  if (start >= end) return NO_OPTIONS;
  const options: { -readonly [Key in keyof TcpOptions]: TcpOptions[Key] } = { ...NO_OPTIONS };
  let at = start;
  while (at < end) {
    const kind = readU8(bytes, at);
    if (kind === END_OF_OPTIONS) break;
    if (kind === NO_OPERATION) {
      at++;
      continue;
    }
    const size = at + 1 < end ? readU8(bytes, at + 1) : 0;
    // tcp_parse_options stops at what it cannot read.
    if (size < 2 || at + size > end) {
      log?.badValue("tcp", 2, size, "tcp.option_length");
      break;
    }
    takeOption(options, bytes, at, kind, size);
    at += size;
  }
  return options;
}

function takeOption(
  options: { -readonly [Key in keyof TcpOptions]: TcpOptions[Key] },
  bytes: Uint8Array,
  at: number,
  kind: number,
  length: number,
): void {
  if (kind === MSS && length === 4) options.mss = readU16(bytes, at + 2);
  else if (kind === WINDOW_SCALE && length === 3) options.windowScale = readU8(bytes, at + 2);
  else if (kind === SACK_PERMITTED) options.sackPermitted = true;
  else if (kind === TIMESTAMPS && length === 10)
    options.timestamps = { value: readU32(bytes, at + 2), echo: readU32(bytes, at + 6) };
  else if (kind === MD5 || kind === AUTHENTICATION) options.signed = true;
  else if (kind === SACK) {
    const blocks: [number, number][] = [];
    for (let block = at + 2; block + 8 <= at + length; block += 8)
      blocks.push([readU32(bytes, block), readU32(bytes, block + 4)]);
    options.sack = blocks;
  }
}

/** The header of a segment and its payload; a null checksum is written as zero. */
export function emitTcp(tcp: Tcp, payload: Uint8Array): Uint8Array {
  const options = emitOptions(tcp.options ?? NO_OPTIONS);
  const headerLength = HEADER + options.length;
  const segment = new Uint8Array(headerLength + payload.length);
  writeU16(segment, SOURCE_PORT, tcp.sourcePort);
  writeU16(segment, DESTINATION_PORT, tcp.destinationPort);
  writeU32(segment, SEQUENCE, tcp.sequence ?? 0);
  writeU32(segment, ACKNOWLEDGEMENT, tcp.acknowledgement ?? 0);
  writeU16(segment, OFFSET_AND_FLAGS, ((headerLength / 4) << 12) | tcp.flags);
  writeU16(segment, WINDOW, tcp.window ?? 0);
  writeU16(segment, CHECKSUM, tcp.checksum ?? 0);
  segment.set(options, HEADER);
  segment.set(payload, headerLength);
  return segment;
}

function emitOptions({ mss, windowScale, sackPermitted, sack, timestamps, signed }: TcpOptions): Uint8Array {
  const long = (value: number): number[] => [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
  const bytes = [
    ...(mss === null ? [] : [MSS, 4, mss >>> 8, mss & 0xff]),
    ...(sackPermitted ? [SACK_PERMITTED, 2] : []),
    ...(timestamps === null ? [] : [TIMESTAMPS, 10, ...long(timestamps.value), ...long(timestamps.echo)]),
    ...(windowScale === null ? [] : [WINDOW_SCALE, 3, windowScale]),
    ...(signed ? [MD5, 18, ...new Array<number>(16).fill(0)] : []),
    ...(sack.length === 0
      ? []
      : [SACK, 2 + sack.length * 8, ...sack.flatMap(([from, to]) => [...long(from), ...long(to)])]),
  ];
  while (bytes.length % 4 !== 0) bytes.push(NO_OPERATION);
  return Uint8Array.from(bytes);
}
