// A frame that can be shared: its MAC and IPv4 addresses replaced, the checksums over them mended by the difference
// (RFC 1624), and everything cut off that may hold others: what connections and datagrams carry, options, what is not IPv4.

import type { Ipv4, Mac } from "../model/address.ts";
import type { LinkType } from "../model/vantage.ts";
import { checksumOf } from "./checksum.ts";
import { classify, networkAt, TRAFFIC } from "./classify.ts";
import { readIpv4, readMac, readU16, writeMac, writeU16, writeU32 } from "./octets.ts";

/** What stands for an address. */
export interface OtherAddresses {
  ip(address: Ipv4): Ipv4;
  mac(address: Mac): Mac;
}

const IPV4_HEADER = 20;
const ARP_LENGTH = 28;
const ETHERNET_AND_IPV4 = 0x0604;
// Types of ICMP that quote the packet they are about.
const QUOTING: readonly number[] = [3, 4, 5, 11, 12];
const REDIRECT = 5;
// Types whose bytes are the sender's own, or times.
const CARRYING: readonly number[] = [0, 8, 13, 14];
const QUOTED = 8;
const ICMP_HEADER = 8;

/** A copy with other addresses, as long as what is understood of it. */
export function withOtherAddresses(linkType: LinkType, captured: Uint8Array, other: OtherAddresses): Uint8Array {
  const bytes = captured.slice();
  const at = networkAt(linkType, bytes, 0, bytes.length);
  if (at < 0 || at > bytes.length || !linkAddresses(linkType, bytes, other)) return bytes.subarray(0, 0);
  const traffic = classify(linkType, bytes, 0, bytes.length);
  if (traffic === TRAFFIC.arp) return bytes.subarray(0, arp(bytes, at, other));
  const version = (bytes[at] ?? 0) >> 4;
  const isIpv4 =
    version === 4 &&
    ([TRAFFIC.icmp, TRAFFIC.tcp, TRAFFIC.udp, TRAFFIC.ipv4Other, TRAFFIC.tunnel] as number[]).includes(traffic);
  return bytes.subarray(0, isIpv4 ? ipv4(bytes, at, other) : at);
}

// False where the header was cut off within an address.
function linkAddresses(linkType: LinkType, bytes: Uint8Array, other: OtherAddresses): boolean {
  const places =
    linkType === "EN10MB" ? [0, 6] : linkType === "LINUX_SLL" ? [6] : linkType === "LINUX_SLL2" ? [12] : [];
  if (places.some((place) => bytes.length < place + 6)) return false;
  for (const place of places) writeMac(bytes, place, other.mac(readMac(bytes, place)));
  return true;
}

/** Where what is left of it ends. */
function arp(bytes: Uint8Array, at: number, other: OtherAddresses): number {
  if (bytes.length < at + ARP_LENGTH || readU16(bytes, at + 4) !== ETHERNET_AND_IPV4) return at;
  for (const place of [at + 8, at + 18]) {
    writeMac(bytes, place, other.mac(readMac(bytes, place)));
    writeU32(bytes, place + 6, other.ip(readIpv4(bytes, place + 6)));
  }
  return at + ARP_LENGTH;
}

function ipv4(bytes: Uint8Array, at: number, other: OtherAddresses): number {
  const end = addressesOfHeader(bytes, at, other);
  if (end === null) return at;
  const { next, change } = end;
  const isFirst = (readU16(bytes, at + 6) & 0x1fff) === 0;
  const protocol = bytes[at + 9];
  if (protocol === 1) return isFirst ? icmp(bytes, next, other) : bytes.length;
  if (!isFirst || (protocol !== 6 && protocol !== 17)) return next;
  const [header, sum] = protocol === 6 ? [20, 16] : [8, 6];
  // An ICMP error quotes no more than ports and a number.
  if (bytes.length < next + header) return Math.min(bytes.length, next + QUOTED);
  // 0 in UDP: the sender has computed none.
  if (protocol === 6 || readU16(bytes, next + sum) !== 0) mend(bytes, next + sum, change);
  return next + (protocol === 6 ? Math.min(bytes.length - next, ((bytes[next + 12] as number) >> 4) * 4) : header);
}

// Null where it is not whole, or has options, which may hold addresses.
function addressesOfHeader(
  bytes: Uint8Array,
  at: number,
  other: OtherAddresses,
): { readonly next: number; readonly change: Change } | null {
  if (bytes.length < at + IPV4_HEADER || bytes[at] !== 0x45) return null;
  const before = bytes.slice(at + 12, at + IPV4_HEADER);
  for (const place of [at + 12, at + 16]) writeU32(bytes, place, other.ip(readIpv4(bytes, place)));
  const change = { before, after: bytes.slice(at + 12, at + IPV4_HEADER) };
  mend(bytes, at + 10, change);
  return { next: at + IPV4_HEADER, change };
}

function icmp(bytes: Uint8Array, at: number, other: OtherAddresses): number {
  if (bytes.length < at + ICMP_HEADER) return at;
  const type = bytes[at] as number;
  if (!QUOTING.includes(type)) return CARRYING.includes(type) ? bytes.length : at + ICMP_HEADER;
  const before = bytes.slice(at);
  if (type === REDIRECT) writeU32(bytes, at + 4, other.ip(readIpv4(bytes, at + 4)));
  const quoted = ipv4(bytes, at + ICMP_HEADER, other);
  mend(bytes, at + 2, { before, after: bytes.slice(at) });
  return quoted;
}

interface Change {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

// A checksum that was wrong stays as wrong as it was.
function mend(bytes: Uint8Array, place: number, { before, after }: Change): void {
  const old = ~readU16(bytes, place) & 0xffff;
  const removed = checksumOf(before, 0, before.length);
  const added = ~checksumOf(after, 0, after.length) & 0xffff;
  let sum = old + removed + added;
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  writeU16(bytes, place, ~sum & 0xffff);
}
