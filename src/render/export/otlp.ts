// Findings as OpenTelemetry log records, in the JSON encoding of OTLP (opentelemetry-proto, logs/v1).

import { ownValue } from "../../model/own-value.ts";
import type { FindingRow } from "./rows.ts";

/** Which column is told under which attribute; OpenTelemetry's own names where it has one, else `pktwhy.*`. */
export const OTLP_ATTRIBUTES = [
  ["src", "source.address"],
  ["dst", "destination.address"],
  ["port", "destination.port"],
  ["interface", "network.interface.name"],
  ["code", "pktwhy.cause"],
  ["verdict", "pktwhy.verdict"],
  ["certainty", "pktwhy.certainty"],
  ["severity", "pktwhy.severity"],
  ["netns", "pktwhy.netns"],
  ["asker", "pktwhy.asker.netns"],
  ["kind", "pktwhy.flow.kind"],
  ["flow", "pktwhy.flow.id"],
  ["answer", "pktwhy.answer"],
  ["pairs", "pktwhy.audit.pairs"],
  ["fix", "pktwhy.fix.command"],
  ["source", "pktwhy.case"],
] as const satisfies readonly (readonly [keyof FindingRow, string])[];

// SeverityNumber of the data model.
const SEVERITIES: Readonly<Record<string, readonly [number, string]>> = {
  problem: [17, "ERROR"],
  warning: [13, "WARN"],
  note: [9, "INFO"],
};

/** The body of one export request; all rows are of one host. */
export function otlpLogs(rows: readonly FindingRow[], version: string, observed: bigint): string {
  const host = rows[0]?.host ?? "";
  const resource = {
    attributes: [text("service.name", "pktwhy"), text("service.version", version), text("host.name", host)],
  };
  const scopeLogs = [{ scope: { name: "pktwhy", version }, logRecords: rows.map((row) => recordOf(row, observed)) }];
  return JSON.stringify({ resourceLogs: [{ resource, scopeLogs }] });
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly [kind in "stringValue" | "intValue"]?: string } | { readonly boolValue: boolean };
}

function recordOf(row: FindingRow, observed: bigint) {
  const [severityNumber, severityText] = ownValue(SEVERITIES, row.severity) ?? [0, "UNSPECIFIED"];
  const attributes = OTLP_ATTRIBUTES.flatMap(([column, name]) => attributeOf(name, row[column]));
  const isTransport = row.kind === "tcp" || row.kind === "udp";
  return {
    timeUnixNano: String(row.time),
    observedTimeUnixNano: String(observed),
    severityNumber,
    severityText,
    eventName: "pktwhy.finding",
    body: { stringValue: row.headline },
    attributes: [
      text("network.type", "ipv4"),
      isTransport
        ? text("network.transport", row.kind)
        : text("network.protocol.name", row.kind === "arp" ? "arp" : "icmp"),
      ...(row.verdict === "failed" ? [text("error.type", row.code)] : []),
      ...attributes,
    ],
  };
}

// A 64-bit integer is a string in this encoding.
function attributeOf(key: string, value: FindingRow[keyof FindingRow]): Attribute[] {
  if (value === null) return [];
  if (typeof value === "boolean") return [{ key, value: { boolValue: value } }];
  if (typeof value === "string") return [text(key, value)];
  return [{ key, value: { intValue: String(value) } }];
}

function text(key: string, stringValue: string): Attribute {
  return { key, value: { stringValue } };
}
