// The report as a capture: every packet of every input in one pcapng, with what is said of it as its comment, the answer as
// the comment of the whole, and the state beside them, so that `explain` tells the same of it again.

import { formatIpv4, formatMac, type Ipv4, type Mac, parseIpv4, parseMac } from "../model/address.ts";
import type { Problem } from "../model/problem.ts";
import { redacted } from "../model/redact.ts";
import type { Redact } from "../model/redact-words.ts";
import type { Report } from "../model/report.ts";
import { type Language, text } from "../model/text.ts";
import type { InputSummary, Vantage } from "../model/vantage.ts";
import { PacketComments } from "../render/packet-comments.ts";
import type { DriveOptions } from "../savefile/inputs/drive.ts";
import { type RawPacket, rawPackets } from "../savefile/inputs/raw.ts";
import type { CaptureInput } from "../savefile/open.ts";
import { interfaceBlock, packetBlock, sectionBlock, statisticsBlock } from "../savefile/write-pcapng.ts";
import { classify, TRAFFIC } from "../wire/classify.ts";
import { decode } from "../wire/decode.ts";
import { type OtherAddresses, withOtherAddresses } from "../wire/other-addresses.ts";

/** Where a report's packets lie, and what was read beside them. */
export interface PacketSource {
  readonly captures: readonly CaptureInput[];
  readonly options: Pick<DriveOptions, "naming" | "clockOffset" | "bytes">;
  /** Blocks that hold the state and what else a bundle holds. */
  parts(): Promise<readonly Uint8Array[]>;
}

/** How it is to be written. */
export interface PacketsFileOptions {
  readonly language: Language;
  /** As its section names it: `pktwhy 0.1.0`. */
  readonly application: string;
  /** Replace addresses, and leave out what may hold others. */
  readonly redact: boolean;
}

/** The file, block by block. Its packets are read once more; with other addresses twice. */
export async function* packetsFile(
  report: Report,
  source: PacketSource,
  { language, application, redact }: PacketsFileOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const words = redact ? await redactorOf(report, source) : null;
  const told = words === null ? report : words.report;
  const comments = new PacketComments(told, { language }, report);
  const section = [...comments.section(), ...(words === null ? [] : [CUT[language]])];
  yield sectionBlock({ application, comments: section });
  const ids = new Map<string, number>();
  for (const [id, input] of report.inputs.entries()) {
    ids.set(placeOf(input.vantage), id);
    yield interfaceOf(input, told.inputs[id] ?? input);
  }
  let last = 0n;
  for await (const packet of rawPackets(source.captures, source.options)) {
    const interfaceId = ids.get(placeOf(packet.vantage));
    if (interfaceId === undefined) throw new Error(`no input ${placeOf(packet.vantage)} in the report`);
    last = packet.time ?? last;
    yield blockOf(packet, {
      interfaceId,
      time: last,
      comments,
      other: words?.other ?? null,
      words: words?.words ?? null,
    });
  }
  for (const [interfaceId, { droppedByKernel, to }] of report.inputs.entries())
    if (droppedByKernel !== null) yield statisticsBlock({ interfaceId, time: to ?? last, dropped: droppedByKernel });
  // Last, since Wireshark numbers such blocks as it does packets. They hold addresses in more forms than can be replaced.
  if (words === null) for (const block of await source.parts()) yield block;
}

const CUT = text(
  "pktwhy: addresses were replaced (--redact), names were not; what connections and datagrams carry, IP options, and packets other than ARP and IPv4 were cut off, and the state was left out.",
  "pktwhy：地址已被替换（--redact），名字保持原样；TCP、UDP 等承载的内容、IP 选项以及 ARP、IPv4 之外的报文已截去，状态未写入。",
);

function interfaceOf({ vantage, linkType, snapLength }: InputSummary, told: InputSummary): Uint8Array {
  return interfaceBlock({
    linkType,
    snapLength,
    name: told.vantage.interface,
    netns: vantage.netns,
    ...(told.description === undefined ? {} : { description: told.description }),
    filter: told.filter,
  });
}

interface Written {
  readonly interfaceId: number;
  readonly time: bigint;
  readonly comments: PacketComments;
  readonly other: OtherAddresses | null;
  readonly words: Redact | null;
}

function blockOf(packet: RawPacket, { interfaceId, time, comments, other, words }: Written): Uint8Array {
  const { record, linkType } = packet;
  const captured = record.bytes.subarray(record.start, record.end);
  const own = comments.of(packet, decoded(packet));
  return packetBlock({
    interfaceId,
    time,
    captured: other === null ? captured : withOtherAddresses(linkType, captured, other),
    length: record.length,
    direction: record.direction,
    dropped: record.dropped,
    comments: [...packet.comments.map((comment) => words?.(comment) ?? comment), ...(own === null ? [] : [own])],
  });
}

// Only what has steps besides those of connections.
function decoded({ vantage, number, time, linkType, record }: RawPacket) {
  const { bytes, start, end, length, direction } = record;
  const traffic = classify(linkType, bytes, start, end, length);
  if (traffic !== TRAFFIC.arp && traffic !== TRAFFIC.icmp) return null;
  return decode({ vantage, number, time, linkType, direction, length, bytes, start, end });
}

function placeOf({ source, netns, interface: name }: Vantage): string {
  return JSON.stringify([source, netns, name]);
}

// Addresses that only packets hold are replaced by the same rule as those of the report: they have to be known first.
async function redactorOf(report: Report, source: PacketSource) {
  const ips = new Set<Ipv4>();
  const macs = new Set<Mac>();
  const collecting: OtherAddresses = {
    ip: (address) => noted(ips, address),
    mac: (address) => noted(macs, address),
  };
  for await (const { record, linkType } of rawPackets(source.captures, source.options))
    withOtherAddresses(linkType, record.bytes.subarray(record.start, record.end), collecting);
  const known = [...[...ips].map(formatIpv4), ...[...macs].map(formatMac)];
  const { report: told, words } = redacted(report, [] as readonly Problem[], known);
  const other: OtherAddresses = {
    ip: (address) => parseIpv4(words(formatIpv4(address))) ?? address,
    mac: (address) => parseMac(words(formatMac(address))) ?? address,
  };
  return { report: told as Report, words, other };
}

function noted<T>(all: Set<T>, one: T): T {
  all.add(one);
  return one;
}
