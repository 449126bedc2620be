// The datagram that an ICMP error quotes (RFC 792: its header and at least 8 bytes; RFC 1812 4.3.2.3: as much as fits).

import type { Quoted } from "../model/packet.ts";
import type { FaultLog } from "./fault-log.ts";
import { emitIpv4, PROTOCOL_ICMP, parseIpv4 } from "./ipv4.ts";
import { readU8, readU16, readU32, writeU16, writeU32 } from "./octets.ts";

const TYPE = 0;
const CODE = 1;
const IDENTIFIER = 4;
const SEQUENCE = 6;
const ICMP_HEADER = 8;
const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;
/** Bytes of the two ports that TCP and UDP begin with. */
const PORTS = 4;
/** Of a TCP segment: its sequence number stands behind them, and is the last that every error quotes. */
const TCP_SEQUENCE = 4;

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
  const ip = parseIpv4(bytes, { start, end, limit }, "quoted", log);
  if (ip === null) return null;
  if (ip.fragmentOffset !== 0) return { ip, icmp: null };
  const at = start + (ip.headerLength ?? 0);
  if (ip.protocol !== PROTOCOL_ICMP) return { ip, icmp: null, ...portsAt(bytes, at, end, ip.protocol) };
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

function portsAt(
  bytes: Uint8Array,
  at: number,
  end: number,
  protocol: number | null,
): Pick<Quoted, "ports" | "sequence"> {
  if ((protocol !== PROTOCOL_TCP && protocol !== PROTOCOL_UDP) || end - at < PORTS) return {};
  const ports = { source: readU16(bytes, at), destination: readU16(bytes, at + 2) };
  const hasSequence = protocol === PROTOCOL_TCP && end - at >= TCP_SEQUENCE + 4;
  return hasSequence ? { ports, sequence: readU32(bytes, at + TCP_SEQUENCE) } : { ports };
}

/** The least that an error quotes: the header as it is, and 8 bytes of ICMP (without their checksum) where known. */
export function emitQuoted(quoted: Quoted): Uint8Array {
  if (quoted.icmp === null) {
    if (quoted.ports === undefined) return emitIpv4(quoted.ip, NOTHING);
    const { sequence } = quoted;
    const ports = new Uint8Array(sequence === undefined ? PORTS : TCP_SEQUENCE + 4);
    if (sequence !== undefined) writeU32(ports, TCP_SEQUENCE, sequence);
    writeU16(ports, 0, quoted.ports.source ?? 0);
    writeU16(ports, 2, quoted.ports.destination);
    return emitIpv4(quoted.ip, ports);
  }
  const icmp = new Uint8Array(ICMP_HEADER);
  icmp[TYPE] = quoted.icmp.type;
  icmp[CODE] = quoted.icmp.code ?? 0;
  writeU16(icmp, IDENTIFIER, quoted.icmp.id ?? 0);
  writeU16(icmp, SEQUENCE, quoted.icmp.sequence ?? 0);
  return emitIpv4(quoted.ip, icmp);
}
