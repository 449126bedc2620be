// Reads and writes numbers in network byte order; the caller has checked that the bytes are there.

import type { Ipv4, Mac } from "../model/address.ts";

/** The captured bytes of something are `bytes[start..end)`, and what ends them. */
export interface CapturedBytes {
  readonly start: number;
  readonly end: number;
  readonly limit: string;
}

/** One byte. */
export function readU8(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}

/** Two bytes, big-endian. */
export function readU16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** Four bytes, big-endian, unsigned. */
export function readU32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  );
}

/** An IPv4 address. */
export function readIpv4(bytes: Uint8Array, at: number): Ipv4 {
  return readU32(bytes, at) as Ipv4;
}

/** A MAC address. */
export function readMac(bytes: Uint8Array, at: number): Mac {
  return (readU16(bytes, at) * 0x1_0000_0000 + readU32(bytes, at + 2)) as Mac;
}

/** Writes two bytes, big-endian. */
export function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

/** Writes four bytes, big-endian. */
export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Writes a MAC address. */
export function writeMac(bytes: Uint8Array, at: number, mac: Mac): void {
  writeU16(bytes, at, Math.floor(mac / 0x1_0000_0000));
  writeU32(bytes, at + 2, mac % 0x1_0000_0000);
}
