// The datagram that an ICMP error quotes (RFC 792: its header and at least 8 bytes; RFC 1812 4.3.2.3: as much as fits).

import type { Quoted } from "../model/packet.ts";
import type { FaultLog } from "./fault-log.ts";
import { emitIpv4, PROTOCOL_ICMP, parseIpv4 } from "./ipv4.ts";
import { readU8, readU16, writeU16 } from "./octets.ts";

const TYPE = 0;
const CODE = 1;
const IDENTIFIER = 4;
const SEQUENCE = 6;
const ICMP_HEADER = 8;

const NOTHING = new Uint8Array(0);

/** Echo, timestamp, information and address mask messages have an identifier and a sequence number. */
function hasIdentifier(type: number): boolean {
  return type === 0 || type === 8 || (type >= 13 && type <= 18);
}

/** Parses what is quoted between `start` and `end`; null, with a fault, where no whole IPv4 header is. */
export function parseQuoted(
  bytes: Uint8Array,
  start: number,
  end: number,
  limit: string,
  log: FaultLog,
): Quoted | null {
  const ip = parseIpv4(bytes, start, end, "quoted", limit, log);
  if (ip === null) return null;
  if (ip.protocol !== PROTOCOL_ICMP || ip.fragmentOffset !== 0) return { ip, icmp: null };
  const at = start + (ip.headerLength ?? 0);
  const had = end - at;
  // Options that are cut off are a fault already.
  if (had < 0) return { ip, icmp: null };
  if (had < ICMP_HEADER) log.truncated("quoted", ICMP_HEADER, had, limit);
  if (had <= TYPE) return { ip, icmp: null };
  const type = readU8(bytes, at + TYPE);
  const numbered = hasIdentifier(type);
  const icmp = {
    type,
    code: had > CODE ? readU8(bytes, at + CODE) : null,
    id: numbered && had >= IDENTIFIER + 2 ? readU16(bytes, at + IDENTIFIER) : null,
    sequence: numbered && had >= SEQUENCE + 2 ? readU16(bytes, at + SEQUENCE) : null,
  };
  return { ip, icmp };
}

/** The least that an error quotes: the header as it is, and 8 bytes of ICMP (without their checksum) where known. */
export function emitQuoted(quoted: Quoted): Uint8Array {
  if (quoted.icmp === null) return emitIpv4(quoted.ip, NOTHING);
  const icmp = new Uint8Array(ICMP_HEADER);
  icmp[TYPE] = quoted.icmp.type;
  icmp[CODE] = quoted.icmp.code ?? 0;
  writeU16(icmp, IDENTIFIER, quoted.icmp.id ?? 0);
  writeU16(icmp, SEQUENCE, quoted.icmp.sequence ?? 0);
  return emitIpv4(quoted.ip, icmp);
}
