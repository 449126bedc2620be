// ICMP (RFC 792, next-hop MTU of RFC 1191).

import type { Icmp, IcmpBody } from "../model/packet.ts";
import { checksumHolds, checksumOf } from "./checksum.ts";
import type { FaultLog } from "./fault-log.ts";
import { readIpv4, readU8, readU16, readU32, writeU16, writeU32 } from "./octets.ts";
import { hashNumber, payloadHash } from "./payload-hash.ts";
import { parseQuoted } from "./quoted.ts";

const TYPE = 0;
const CODE = 1;
const CHECKSUM = 2;
const REST = 4;
const IDENTIFIER = 4;
const SEQUENCE = 6;
const POINTER = 4;
const GATEWAY = 4;
const NEXT_HOP_MTU = 6;
const PAYLOAD = 8;
const ORIGINATE = 8;
const RECEIVE = 12;
const TRANSMIT = 16;
const TIMESTAMP_END = 20;

const ECHO_REPLY = 0;
const UNREACHABLE = 3;
const SOURCE_QUENCH = 4;
const REDIRECT = 5;
const ECHO_REQUEST = 8;
const TIME_EXCEEDED = 11;
const PARAMETER_PROBLEM = 12;
const TIMESTAMP = 13;
const TIMESTAMP_REPLY = 14;

const CODE_FRAGMENTATION_NEEDED = 4;

type ErrorBody = Extract<IcmpBody, { kind: "error" }>;

/** Which part of an IPv4 datagram an ICMP message is. */
export interface MessageExtent {
  /** The message's captured bytes, padding and other link bytes excluded, are `bytes[start..end)`. */
  start: number;
  end: number;
  /** Length on the wire by the IPv4 header; null where that tells none (total length 0). */
  wireLength: number | null;
  /** False where the snap length, the frame's end or fragmentation leave bytes out. */
  whole: boolean;
  fragmented: boolean;
  /** What ends the captured bytes. */
  limit: string;
}

/** Parses a message of which at least one byte is there. */
export function parseIcmp(bytes: Uint8Array, extent: MessageExtent, log: FaultLog): Icmp {
  const { start, end } = extent;
  const had = end - start;
  if (had < PAYLOAD) log.truncated("icmp", PAYLOAD, had, extent.limit);
  const type = readU8(bytes, start + TYPE);
  const code = had > CODE ? readU8(bytes, start + CODE) : null;
  return {
    type,
    code,
    checksum: had >= CHECKSUM + 2 ? readU16(bytes, start + CHECKSUM) : null,
    checksumOk: extent.whole && had >= CHECKSUM + 2 ? checksumHolds(bytes, start, end) : null,
    body: parseBody(bytes, type, code, extent, log),
  };
}

/** The hash of what a message carries: for an error of what it quotes, less all that address translation rewrites. */
export function icmpPayloadHash(bytes: Uint8Array, icmp: Icmp, extent: MessageExtent): number {
  const body = icmp.body;
  if (body.kind === "echo" || body.kind === "other") return body.payloadHash;
  if (body.kind === "error") return errorHash(body);
  return payloadHash(bytes, extent.start + PAYLOAD, extent.end, lengthAfter(extent, PAYLOAD));
}

/**
 * The message of a parsed ICMP and its payload: what follows the 8-byte header (an error's quoted datagram), or the
 * first 4 bytes for `other`. Timestamps take none. A null checksum is computed.
 */
export function emitIcmp(icmp: Icmp, payload: Uint8Array): Uint8Array {
  const body = icmp.body;
  const payloadAt = body.kind === "other" ? REST : body.kind === "timestamp" ? TIMESTAMP_END : PAYLOAD;
  const message = new Uint8Array(payloadAt + payload.length);
  message[TYPE] = icmp.type;
  message[CODE] = icmp.code ?? 0;
  switch (body.kind) {
    case "echo":
      writeU16(message, IDENTIFIER, body.id);
      writeU16(message, SEQUENCE, body.sequence);
      break;
    case "timestamp":
      writeU16(message, IDENTIFIER, body.id);
      writeU16(message, SEQUENCE, body.sequence);
      writeU32(message, ORIGINATE, body.originate);
      writeU32(message, RECEIVE, body.receive);
      writeU32(message, TRANSMIT, body.transmit);
      break;
    case "error":
      if (body.mtu !== null) writeU16(message, NEXT_HOP_MTU, body.mtu);
      if (body.gateway !== null) writeU32(message, GATEWAY, body.gateway);
      if (body.pointer !== null) message[POINTER] = body.pointer;
      break;
    case "other":
      break;
  }
  message.set(payload, payloadAt);
  writeU16(message, CHECKSUM, icmp.checksum ?? checksumOf(message, 0, message.length));
  return message;
}

function parseBody(
  bytes: Uint8Array,
  type: number,
  code: number | null,
  extent: MessageExtent,
  log: FaultLog,
): IcmpBody {
  const { start, end } = extent;
  const headerThere = end - start >= PAYLOAD;
  switch (type) {
    case ECHO_REPLY:
    case ECHO_REQUEST:
      if (!headerThere) break;
      return {
        kind: "echo",
        reply: type === ECHO_REPLY,
        id: readU16(bytes, start + IDENTIFIER),
        sequence: readU16(bytes, start + SEQUENCE),
        payloadLength: extent.wireLength === null || extent.fragmented ? null : extent.wireLength - PAYLOAD,
        payloadHash: payloadHash(bytes, start + PAYLOAD, end, lengthAfter(extent, PAYLOAD)),
      };
    case UNREACHABLE:
      return parseError("unreachable", bytes, code, extent, log);
    case SOURCE_QUENCH:
      return parseError("source-quench", bytes, code, extent, log);
    case REDIRECT:
      return parseError("redirect", bytes, code, extent, log);
    case TIME_EXCEEDED:
      return parseError("time-exceeded", bytes, code, extent, log);
    case PARAMETER_PROBLEM:
      return parseError("parameter-problem", bytes, code, extent, log);
    case TIMESTAMP:
    case TIMESTAMP_REPLY:
      if (!headerThere) break;
      if (end - start < TIMESTAMP_END) {
        log.truncated("icmp", TIMESTAMP_END, end - start, extent.limit);
        break;
      }
      return {
        kind: "timestamp",
        reply: type === TIMESTAMP_REPLY,
        id: readU16(bytes, start + IDENTIFIER),
        sequence: readU16(bytes, start + SEQUENCE),
        originate: readU32(bytes, start + ORIGINATE),
        receive: readU32(bytes, start + RECEIVE),
        transmit: readU32(bytes, start + TRANSMIT),
      };
  }
  return { kind: "other", payloadHash: payloadHash(bytes, start + REST, end, lengthAfter(extent, REST)) };
}

function parseError(
  what: ErrorBody["what"],
  bytes: Uint8Array,
  code: number | null,
  extent: MessageExtent,
  log: FaultLog,
): ErrorBody {
  const { start, end } = extent;
  const had = end - start;
  const hasMtu = what === "unreachable" && code === CODE_FRAGMENTATION_NEEDED && had >= NEXT_HOP_MTU + 2;
  return {
    kind: "error",
    what,
    mtu: hasMtu ? readU16(bytes, start + NEXT_HOP_MTU) : null,
    gateway: what === "redirect" && had >= GATEWAY + 4 ? readIpv4(bytes, start + GATEWAY) : null,
    pointer: what === "parameter-problem" && had > POINTER ? readU8(bytes, start + POINTER) : null,
    quoted: had >= PAYLOAD ? parseQuoted(bytes, start + PAYLOAD, end, extent.limit, log) : null,
  };
}

// Translation rewrites the quoted addresses, ports, echo id and checksums, and forwarding changes no quoted byte: what
// stays is how the quoted datagram was numbered and how long it was.
function errorHash(body: ErrorBody): number {
  const quoted = body.quoted;
  let hash = hashNumber(0, (body.mtu ?? 0) ^ ((body.pointer ?? 0) << 16));
  if (quoted === null) return hash >>> 0;
  hash = hashNumber(hash, ((quoted.ip.totalLength ?? 0) << 16) | (quoted.ip.identification ?? 0));
  hash = hashNumber(hash, ((quoted.ip.fragmentOffset ?? 0) << 8) | quoted.ip.protocol);
  if (quoted.icmp !== null) hash = hashNumber(hash, (quoted.icmp.type << 16) | (quoted.icmp.sequence ?? 0));
  return hash >>> 0;
}

function lengthAfter(extent: MessageExtent, header: number): number {
  return extent.wireLength === null ? 0 : extent.wireLength - header;
}
