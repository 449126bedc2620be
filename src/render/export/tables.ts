// A report as the three tables that a fleet keeps: findings, journeys and their sightings, in columns.

import { formatIpv4, formatMac, type Ipv4 } from "../../model/address.ts";
import { placeOfKey } from "../../model/host.ts";
import type { Journey } from "../../model/journey.ts";
import type { LinkHeader, Network, Packet } from "../../model/packet.ts";
import type { Report } from "../../model/report.ts";
import { type KeptJourney, keptJourneys } from "./kept-journeys.ts";
import { findingRows, type RowSource } from "./rows.ts";

/** What a column holds: words, whole numbers, yes or no, or nanoseconds since the epoch. Null is unknown in all of them. */
type ColumnKind = "words" | "number" | "truth" | "time";

/** One column with its cells, one for each row. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly cells: readonly (string | number | bigint | boolean | null)[];
}

/** A table by its name. */
export interface Table {
  readonly name: TableName;
  readonly columns: readonly Column[];
}

/** The tables there are. */
export const TABLE_NAMES = ["findings", "journeys", "sightings"] as const;
type TableName = (typeof TABLE_NAMES)[number];

/** All three, with the same columns whatever the report holds. */
export function tablesOf(report: Report, from: RowSource): Table[] {
  const kept = keptJourneys(report);
  return [findingsTable(report, from), journeysTable(kept, from), sightingsTable(report, kept, from)];
}

// The machine that wrote a row and what it read, first in every table: engines read those of thousands together.
function origin<T>({ host, source }: RowSource): ColumnsOf<T> {
  return [
    ["reporter", "words", () => host],
    ["source", "words", () => source],
  ];
}

type Cell = Column["cells"][number];
type ColumnsOf<T> = readonly (readonly [name: string, kind: ColumnKind, cell: (row: T) => Cell])[];

function tableOf<T>(name: TableName, rows: readonly T[], columns: ColumnsOf<T>): Table {
  return { name, columns: columns.map(([column, kind, cell]) => ({ name: column, kind, cells: rows.map(cell) })) };
}

function findingsTable(report: Report, from: RowSource): Table {
  const { hosts } = report;
  return tableOf("findings", findingRows(report, from), [
    ...origin<ReturnType<typeof findingRows>[number]>(from),
    ["time", "time", ({ time }) => time],
    ["flow", "number", ({ flow }) => flow],
    ["kind", "words", ({ kind }) => kind],
    ["src", "words", ({ src }) => src],
    ["dst", "words", ({ dst }) => dst],
    ["port", "number", ({ port }) => port],
    ["asker_host", "words", ({ asker }) => placeOfKey(asker, hosts).host],
    ["asker_netns", "words", ({ asker }) => placeOfKey(asker, hosts).netns],
    ["verdict", "words", ({ verdict }) => verdict],
    ["answer", "truth", ({ answer }) => answer],
    ["code", "words", ({ code }) => code],
    ["severity", "words", ({ severity }) => severity],
    ["certainty", "words", ({ certainty }) => certainty],
    ["host", "words", ({ netns }) => placeOfKey(netns, hosts).host],
    ["netns", "words", ({ netns }) => placeOfKey(netns, hosts).netns],
    ["interface", "words", ({ interface: name }) => name],
    ["headline", "words", ({ headline }) => headline],
    ["fix", "words", ({ fix }) => fix],
  ]);
}

function journeysTable(kept: readonly KeptJourney[], from: RowSource): Table {
  return tableOf("journeys", kept, [
    ...origin<KeptJourney>(from),
    ["journey", "number", ({ number }) => number],
    ["flow", "number", ({ flow }) => flow],
    ["exchange", "number", ({ exchange }) => exchange],
    ["role", "words", ({ role }) => role],
    ["alike", "number", ({ alike }) => alike],
    ["kind", "words", ({ journey }) => firstOf(journey).network.kind],
    ["src", "words", ({ journey }) => written(endsOf(firstOf(journey).network).source)],
    ["dst", "words", ({ journey }) => written(endsOf(firstOf(journey).network).destination)],
    ["begin", "time", ({ journey }) => timeOf(firstOf(journey))],
    ["end", "time", ({ journey }) => timeOf(journey.sightings.at(-1) ?? firstOf(journey))],
    ["sightings", "number", ({ journey }) => journey.sightings.length],
    ["order_inferred", "truth", ({ journey }) => journey.orderInferred],
  ]);
}

interface Sighting {
  readonly journey: number;
  readonly n: number;
  readonly packet: Packet;
}

function sightingsTable({ hosts }: Report, kept: readonly KeptJourney[], from: RowSource): Table {
  const journeys = new Map(kept.map(({ number, journey }) => [number, journey]));
  const rows = [...journeys].flatMap(([journey, { sightings }]) =>
    sightings.map((packet, at): Sighting => ({ journey, n: at + 1, packet })),
  );
  return tableOf("sightings", rows, [
    ...origin<Sighting>(from),
    ["journey", "number", ({ journey }) => journey],
    ["n", "number", ({ n }) => n],
    ["time", "time", ({ packet }) => timeOf(packet)],
    ["host", "words", ({ packet }) => placeOfKey(packet.frame.vantage.netns, hosts).host],
    ["netns", "words", ({ packet }) => placeOfKey(packet.frame.vantage.netns, hosts).netns],
    ["interface", "words", ({ packet }) => packet.frame.vantage.interface],
    ["capture", "words", ({ packet }) => packet.frame.vantage.source],
    ["frame", "number", ({ packet }) => packet.frame.number],
    ["direction", "words", ({ packet }) => packet.frame.direction],
    ["length", "number", ({ packet }) => packet.frame.length],
    ["src_mac", "words", ({ packet }) => macsOf(packet.link).source],
    ["dst_mac", "words", ({ packet }) => macsOf(packet.link).destination],
    ["src", "words", ({ packet }) => written(endsOf(packet.network).source)],
    ["dst", "words", ({ packet }) => written(endsOf(packet.network).destination)],
    ["ttl", "number", ({ packet: { network } }) => (network.kind === "arp" ? null : (network.ip?.ttl ?? null))],
  ]);
}

const firstOf = ({ sightings }: Journey): Packet => sightings[0] as Packet;

const written = (address: Ipv4 | null): string | null => (address === null ? null : formatIpv4(address));

// Pasted text without a date counts from an unknown midnight.
function timeOf({ frame }: Packet): bigint | null {
  return frame.vantage.undated === true ? null : frame.time;
}

function endsOf(network: Network): { readonly source: Ipv4 | null; readonly destination: Ipv4 | null } {
  if (network.kind === "arp") return { source: network.senderIp, destination: network.targetIp };
  return { source: network.ip?.source ?? null, destination: network.ip?.destination ?? null };
}

function macsOf(link: LinkHeader): { readonly source: string | null; readonly destination: string | null } {
  const source = link.kind === "none" || link.source === null ? null : formatMac(link.source);
  return { source, destination: link.kind === "ethernet" ? formatMac(link.destination) : null };
}
