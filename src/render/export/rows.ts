// The findings of a report or an audit as flat records, for engines that keep those of many hosts.

import { formatIpv4 } from "../../model/address.ts";
import type { Audit } from "../../model/audit.ts";
import type { Finding } from "../../model/finding.ts";
import type { FlowReport, Report } from "../../model/report.ts";

/** Where the rows come from: the machine that writes them and what was read. */
export interface RowSource {
  readonly host: string;
  /** The case as it was named. */
  readonly source: string;
  /** When it was written; of what has no time of its own. */
  readonly time: bigint;
}

/** One cause, of one flow or of a whole state. */
export interface FindingRow {
  readonly host: string;
  readonly source: string;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  readonly flow: number | null;
  readonly kind: string;
  readonly src: string | null;
  readonly dst: string | null;
  readonly port: number | null;
  readonly asker: string | null;
  readonly verdict: string;
  readonly code: string;
  readonly severity: string;
  readonly certainty: string;
  readonly netns: string | null;
  readonly interface: string | null;
  /** It is the answer, and not what stands beside it. */
  readonly answer: boolean;
  /** Of an audit, the pairs that it explains; else null. */
  readonly pairs: number | null;
  readonly headline: string;
  /** The first fix, as it is typed. */
  readonly fix: string | null;
}

/** The findings of a report. */
export function findingRows({ flows, answer }: Report, from: RowSource): FindingRow[] {
  return flows.flatMap((one) =>
    one.findings.map((finding, at) => ({
      ...ofFlow(one, from),
      ...ofFinding(finding),
      answer: at === 0 && answer?.flow === one.flow.id,
      pairs: null,
    })),
  );
}

/** The faults of an audit. */
export function auditRows({ faults, unmended, transport }: Audit, { host, source, time }: RowSource): FindingRow[] {
  const rows = [
    ...faults.map(({ finding, explains, fix, pair }) => ({ finding, pairs: explains, fix: fix.command, pair })),
    ...unmended.map(({ finding, pairs, pair }) => ({ finding, pairs, fix: null, pair })),
  ];
  return rows.map(({ finding, pairs, fix, pair }) => ({
    host,
    source,
    time,
    flow: null,
    kind: transport?.protocol ?? "ping",
    src: finding.facts.source ?? null,
    dst: pair.destination,
    port: transport?.destinationPort ?? null,
    asker: pair.netns,
    verdict: "failed",
    ...ofFinding(finding),
    answer: true,
    pairs,
    fix,
  }));
}

function ofFlow({ flow, verdict }: FlowReport, { host, source, time }: RowSource) {
  return {
    host,
    source,
    time: flow.from ?? time,
    flow: flow.id,
    kind: flow.kind,
    src: flow.src === null ? null : formatIpv4(flow.src),
    dst: formatIpv4(flow.dst),
    port: flow.dstPort ?? null,
    asker: flow.netns,
    verdict,
  };
}

function ofFinding({ code, severity, certainty, netns, interface: name, headline, fixes }: Finding) {
  return { code, severity, certainty, netns, interface: name, headline: headline.en, fix: fixes[0]?.command ?? null };
}
