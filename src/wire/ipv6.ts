// IPv6 (RFC 8200), as far as it carries other packets: its addresses and what follows its extension headers.

import { readU8, readU16 } from "./octets.ts";

const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;
const SOURCE = 8;
const DESTINATION = 24;

/** Length of the fixed header. */
export const IPV6_HEADER = 40;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION_OPTIONS = 60;
const MOST_EXTENSIONS = 8;

/** What is told of a packet that carries another one. */
export interface Ipv6Packet {
  readonly source: string;
  readonly destination: string;
  /** What follows the extension headers, and where; -1 in a later fragment and where the frame ends before it. */
  readonly protocol: number;
  readonly payload: number;
  /** Length of the whole packet; 0 for a jumbogram, and with BIG TCP. */
  readonly length: number;
}

/** The next header field of the fixed header, -1 where it was not captured: for the hot path. */
export function nextHeaderAt(bytes: Uint8Array, start: number, end: number): number {
  return start + NEXT_HEADER < end ? readU8(bytes, start + NEXT_HEADER) : -1;
}

/** Whether a next header is one behind which what is carried may still come. */
export function isIpv6Extension(header: number): boolean {
  return header === HOP_BY_HOP || header === ROUTING || header === FRAGMENT || header === DESTINATION_OPTIONS;
}

/** Parses the header at `start`; null where its 40 bytes are not there or are no IPv6 header. */
export function parseIpv6(bytes: Uint8Array, start: number, end: number): Ipv6Packet | null {
  if (end - start < IPV6_HEADER || readU8(bytes, start) >>> 4 !== 6) return null;
  const length = readU16(bytes, start + PAYLOAD_LENGTH);
  let protocol = readU8(bytes, start + NEXT_HEADER);
  let payload = start + IPV6_HEADER;
  for (let n = 0; n < MOST_EXTENSIONS && isIpv6Extension(protocol); n++) {
    const isLater = protocol === FRAGMENT && end - payload >= 4 && readU16(bytes, payload + 2) >= 8;
    if (end - payload < 8 || isLater) {
      protocol = -1;
      break;
    }
    const size = protocol === FRAGMENT ? 8 : (readU8(bytes, payload + 1) + 1) * 8;
    protocol = readU8(bytes, payload);
    payload += size;
  }
  if (payload > end) protocol = -1;
  return {
    source: addressAt(bytes, start + SOURCE),
    destination: addressAt(bytes, start + DESTINATION),
    protocol,
    payload,
    length: length === 0 ? 0 : IPV6_HEADER + length,
  };
}

// RFC 5952: lower case, no leading zeros, and the longest run of two or more zero groups left out.
function addressAt(bytes: Uint8Array, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => readU16(bytes, at + 2 * i));
  let [from, longest] = [0, 1];
  for (let i = 0; i < groups.length; i++) {
    let run = 0;
    while (groups[i + run] === 0) run++;
    if (run > longest) [from, longest] = [i, run];
  }
  const written = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(":");
  if (longest < 2) return written(groups);
  return `${written(groups.slice(0, from))}::${written(groups.slice(from + longest))}`;
}
