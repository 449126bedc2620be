// Writes pcapng, little-endian, with nanosecond time stamps. An interface's namespace stands in its if_description
// (netns-name.ts), a packet's direction in epb_flags, and what the kernel dropped in an interface statistics block.

import type { Direction } from "../model/packet.ts";
import type { Nanoseconds } from "../model/time.ts";
import type { LinkType } from "../model/vantage.ts";
import { linkTypeNumber } from "./link-type.ts";
import { PCAPNG_BYTE_ORDER, PCAPNG_SECTION } from "./magic.ts";
import { describeNetns } from "./netns-name.ts";
import { CUSTOM_NUMBER } from "./pcapng-blocks.ts";

const INTERFACE = 1;
const STATISTICS = 5;
const ENHANCED_PACKET = 6;
// Custom block that other programs must not copy into files they change: what it says of the packets may then be wrong.
const CUSTOM_NO_COPY = 0x40000bad;
const NANOSECONDS = 9;
const utf8 = new TextEncoder();

/** What a section says of itself. */
export interface SectionDescription {
  readonly application?: string;
  readonly os?: string;
  readonly comments?: readonly string[];
}

/** An interface of the section; the packets that follow name it by its number in order of writing. */
export interface InterfaceDescription {
  readonly linkType: LinkType;
  readonly snapLength?: number | null;
  readonly name?: string | null;
  /** Where there is no namespace to name. */
  readonly description?: string;
  readonly netns?: string | null;
  readonly filter?: string | null;
  readonly comments?: readonly string[];
}

/** A packet to be written. */
export interface PacketDescription {
  readonly interfaceId: number;
  /** Nanoseconds since the Unix epoch. */
  readonly time: Nanoseconds;
  readonly captured: Uint8Array;
  /** Bytes on the wire; as many as were captured where left out. */
  readonly length?: number;
  readonly direction?: Direction | null;
  /** Packets lost between the one before it on this interface and this one. */
  readonly dropped?: number;
  readonly comments?: readonly string[];
}

/** What became of an interface's packets until `time`. */
export interface StatisticsDescription {
  readonly interfaceId: number;
  readonly time: Nanoseconds;
  readonly received?: number | null;
  readonly dropped?: number | null;
  readonly comments?: readonly string[];
}

/** A section header block: the start of every file. */
export function sectionBlock(section: SectionDescription = {}): Uint8Array {
  const fixed = new Uint8Array(16);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, PCAPNG_BYTE_ORDER, true);
  view.setUint16(4, 1, true);
  // Section length -1: not told.
  view.setBigInt64(8, -1n, true);
  const options = comments(section.comments);
  if (section.os) options.push(textOption(3, section.os));
  if (section.application) options.push(textOption(4, section.application));
  return block(PCAPNG_SECTION, fixed, options);
}

/** An interface description block. */
export function interfaceBlock(description: InterfaceDescription): Uint8Array {
  const fixed = new Uint8Array(8);
  const view = new DataView(fixed.buffer);
  view.setUint16(0, linkTypeNumber(description.linkType), true);
  view.setUint32(4, description.snapLength ?? 0, true);
  const options = comments(description.comments);
  if (description.name) options.push(textOption(2, description.name));
  const told = describeNetns(description.netns ?? null) ?? description.description ?? null;
  if (told !== null) options.push(textOption(3, told));
  options.push(option(9, Uint8Array.of(NANOSECONDS)));
  // if_filter starts with a byte 0 for "text, as tcpdump takes it".
  if (description.filter) options.push(option(11, utf8.encode(`\0${description.filter}`)));
  return block(INTERFACE, fixed, options);
}

/** An enhanced packet block. */
export function packetBlock(packet: PacketDescription): Uint8Array {
  const { captured } = packet;
  const fixed = new Uint8Array(20 + captured.length + (-captured.length & 3));
  const view = new DataView(fixed.buffer);
  view.setUint32(0, packet.interfaceId, true);
  putTime(view, 4, packet.time);
  view.setUint32(12, captured.length, true);
  view.setUint32(16, packet.length ?? captured.length, true);
  fixed.set(captured, 20);
  const options = comments(packet.comments);
  if (packet.direction) options.push(option(2, Uint8Array.of(packet.direction === "in" ? 1 : 2, 0, 0, 0)));
  if (packet.dropped) options.push(option(4, number64(packet.dropped)));
  return block(ENHANCED_PACKET, fixed, options);
}

/** An interface statistics block. */
export function statisticsBlock(statistics: StatisticsDescription): Uint8Array {
  const fixed = new Uint8Array(12);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, statistics.interfaceId, true);
  putTime(view, 4, statistics.time);
  const options = comments(statistics.comments);
  if (typeof statistics.received === "number") options.push(option(4, number64(statistics.received)));
  // Where dumpcap, too, writes the kernel's count of packets that found no room in its buffer.
  if (typeof statistics.dropped === "number") options.push(option(5, number64(statistics.dropped)));
  return block(STATISTICS, fixed, options);
}

/** A custom block that only pktwhy reads; under 16 MiB, as no reader believes longer ones. */
export function customBlock(data: Uint8Array): Uint8Array {
  // The data's own length, because a block is padded to a multiple of four.
  const fixed = new Uint8Array(8 + data.length + (-data.length & 3));
  const view = new DataView(fixed.buffer);
  view.setUint32(0, CUSTOM_NUMBER, true);
  view.setUint32(4, data.length, true);
  fixed.set(data, 8);
  return block(CUSTOM_NO_COPY, fixed, []);
}

function block(type: number, fixed: Uint8Array, options: readonly Uint8Array[]): Uint8Array {
  // opt_endofopt (four zero bytes) closes the options where there are any.
  const optionsLength = options.reduce((sum, one) => sum + one.length, options.length > 0 ? 4 : 0);
  const total = 12 + fixed.length + optionsLength;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, total, true);
  bytes.set(fixed, 8);
  let at = 8 + fixed.length;
  for (const one of options) {
    bytes.set(one, at);
    at += one.length;
  }
  view.setUint32(total - 4, total, true);
  return bytes;
}

function option(code: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + value.length + (-value.length & 3));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  bytes.set(value, 4);
  return bytes;
}

function textOption(code: number, value: string): Uint8Array {
  // An option's length has 16 bits.
  return option(code, utf8.encode(value).subarray(0, 65_535));
}

function comments(texts: readonly string[] = []): Uint8Array[] {
  return texts.map((one) => textOption(1, one));
}

function number64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

function putTime(view: DataView, at: number, time: Nanoseconds): void {
  view.setUint32(at, Number(BigInt.asUintN(64, time) >> 32n), true);
  view.setUint32(at + 4, Number(BigInt.asUintN(32, time)), true);
}
