// The report as JSON, schema `pktwhy/1`: every key always there (but for `notes`), null
// where nothing is known, times in RFC 3339.

import { formatIpv4 } from "../model/address.ts";
import { type Evidence, formatFrame } from "../model/evidence.ts";
import type { Finding, Fix } from "../model/finding.ts";
import { placeOfKey } from "../model/host.ts";
import type { OuterHeader } from "../model/packet.ts";
import type { FlowReport, Report, ReportStep, Since } from "../model/report.ts";
import type { Language } from "../model/text.ts";
import { formatTime, type Nanoseconds } from "../model/time.ts";
import type { InputSummary, LinkType, Vantage } from "../model/vantage.ts";
import type { WhyEntry, WhySight } from "../model/why.ts";
import { sourceOf, targetOf } from "./document/outcome.ts";
import type {
  CrowdJson,
  EvidenceJson,
  FindingJson,
  FixJson,
  FlowJson,
  InputJson,
  NoteJson,
  PrintedJson,
  ReportJson,
  ReportLineJson,
  SinceJson,
  StepJson,
  WhyJson,
} from "./json-shape.ts";

export interface JsonOptions {
  readonly language: Language;
  /** Version of the tool, as its package says. */
  readonly version: string;
}

/** The whole report, two spaces deep, ending in a newline. */
export function renderJson(report: Report, options: JsonOptions): string {
  return jsonText(jsonReport(report, options));
}

/** Any value as JSON that is safe to print on a terminal, ending in a newline. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(OBEYED, escaped)}\n`;
}

/** One line for the answer with what was read, then one line for each flow. */
export function renderJsonLines(report: Report, options: JsonOptions): string {
  const { flows, ...head } = jsonReport(report, options);
  const lines: ReportLineJson[] = [
    { type: "report", ...head },
    ...flows.map((flow) => ({ type: "flow" as const, ...flow })),
  ];
  return lines.map(jsonLine).join("");
}

/** A value as one line of JSON, as safe as `jsonText`. */
export function jsonLine(value: PrintedJson): string {
  return `${JSON.stringify(value).replace(OBEYED, escaped)}\n`;
}

// JSON may hold these as they are, but a terminal obeys them; names in captures can bring them in.
const OBEYED = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** How a report is told. */
interface Told {
  readonly language: Language;
  /** Where there are several hosts, keys of namespaces begin with their names. */
  readonly hosts: readonly string[] | undefined;
  readonly undated: boolean;
}

function placeOf(netns: string | null, { hosts }: Told) {
  return placeOfKey(netns, hosts);
}

/** The report as a plain object that JSON can hold. */
export function jsonReport(report: Report, { language, version }: JsonOptions): ReportJson {
  const { answer, command, hosts } = report;
  const notes = notesOf(report, language);
  const told: Told = { language, hosts, undated: report.inputs.some(isUndated) };
  return {
    schema: "pktwhy/1",
    tool: `pktwhy ${version}`,
    answer:
      answer === null
        ? null
        : {
            verdict: answer.verdict,
            code: answer.code,
            certainty: answer.certainty,
            flow: answer.flow,
            headline: answer.headline[language],
          },
    command: command === null ? null : { argv: [...command.argv], exitCode: command.exitCode },
    ...(hosts === undefined ? {} : { hosts: [...hosts] }),
    inputs: report.inputs.map((input) => inputOf(input, told)),
    flows: report.flows.map((flow) => flowOf(flow, told)),
    ...(notes.length === 0 ? {} : { notes }),
    ...(report.since === undefined ? {} : { since: sinceOf(report.since, told) }),
  };
}

// Its sentences are notes; here is what a program needs of them.
function sinceOf({ notes: _, ...since }: Since, told: Told): SinceJson {
  const changes = since.changes.map((change) => ({
    ...change,
    ...placeOf(change.netns, told),
    text: change.text[told.language],
  }));
  return { ...since, changes };
}

// What limits the whole, and what went wrong that concerns no capture alone. Schema pktwhy/1 had no place for it at first:
// where there is none, there is no such key.
function notesOf({ notes, problems, inputs }: Report, language: Language): NoteJson[] {
  const told = new Set(inputs.flatMap((input) => input.problems.map((problem) => problem.text.en)));
  const others = problems.filter(({ text }) => !told.has(text.en) && told.add(text.en));
  return [
    ...notes.map((note) => ({ severity: "note" as const, text: note[language] })),
    ...others.map(({ severity, text }) => ({ severity, text: text[language] })),
  ];
}

function inputOf(input: InputSummary, told: Told): InputJson {
  return {
    source: input.vantage.source,
    ...placeOf(input.vantage.netns, told),
    interface: input.vantage.interface,
    ...(input.description === undefined ? {} : { description: input.description }),
    format: input.format,
    linkType: linkTypeName(input.linkType),
    packets: input.packets,
    explained: input.explained,
    droppedByKernel: input.droppedByKernel,
    from: isUndated(input) ? null : timeOf(input.from),
    to: isUndated(input) ? null : timeOf(input.to),
    problems: input.problems.map((problem) => problem.text[told.language]),
  };
}

function flowOf({ flow, verdict, findings, steps, why, crowd, path }: FlowReport, told: Told): FlowJson {
  const { language } = told;
  return {
    id: flow.id,
    kind: flow.kind,
    ...placeOf(flow.netns, told),
    src: sourceOf(flow),
    dst: targetOf(flow),
    ...(flow.program === undefined ? {} : { program: flow.program }),
    ...(flow.ipv6 === undefined ? {} : { ipv6: flow.ipv6 }),
    icmpId: flow.icmpId,
    requests: flow.requests,
    replies: flow.replies,
    duplicates: flow.duplicates,
    errors: flow.errors,
    rttMs:
      flow.rttMs === null
        ? null
        : { min: toNanosecond(flow.rttMs.min), avg: toNanosecond(flow.rttMs.avg), max: toNanosecond(flow.rttMs.max) },
    verdict,
    ...(crowd === undefined ? {} : { crowd: crowdOf(crowd, language) }),
    causes: findings.map((finding) => causeOf(finding, told)),
    ...(path === undefined
      ? {}
      : {
          path: {
            reached: path.reached,
            hops: path.hops.map((hop) => ({
              ...hop,
              ...placeOf(hop.netns, told),
              from: hop.from === null ? null : formatIpv4(hop.from),
            })),
          },
        }),
    steps: steps.map((step) => stepOf(step, told)),
    ...(why === undefined ? {} : { why: why.map((entry) => whyOf(entry, language)) }),
  };
}

// The flows that this one stands for, itself among them.
function crowdOf({ crowd, alike, sentence }: NonNullable<FlowReport["crowd"]>, language: Language): CrowdJson {
  const { shared, members, answered, onlyCounted } = crowd;
  return { shared, members, answered, alike, onlyCounted, text: sentence[language] };
}

// Keys as in the model; frames and sentences as everywhere else.
function whyOf(entry: WhyEntry, language: Language): WhyJson {
  switch (entry.kind) {
    case "attempt":
      return entry;
    case "walk": {
      const { end, seen, missing, unforeseen } = entry;
      return {
        ...entry,
        end: end.kind === "open" ? { ...end, question: end.question[language] } : end,
        seen: seen === null ? null : seen.map(sightOf),
        missing: missing.map(sightOf),
        unforeseen: unforeseen.map(formatFrame),
      };
    }
    case "repair": {
      const { end } = entry;
      return { ...entry, end: end?.kind === "open" ? { ...end, question: end.question[language] } : end };
    }
    case "bound":
      return entry;
    case "chosen":
      return { ...entry, because: entry.because[language] };
    case "checked":
      return { ...entry, breaches: entry.breaches.map(({ rule, text }) => ({ rule, text: text[language] })) };
  }
}

function sightOf(sight: WhySight) {
  return { ...sight, frames: sight.frames.map(formatFrame) };
}

function causeOf(finding: Finding, told: Told): FindingJson {
  const { language } = told;
  return {
    code: finding.code,
    severity: finding.severity,
    certainty: finding.certainty,
    ...placeOf(finding.netns, told),
    interface: finding.interface,
    summary: finding.summary[language],
    why: finding.why[language],
    evidence: finding.evidence.map((one) => evidenceOf(one, told)),
    settle: finding.settle.map(({ command, because }) => ({ command, because: because[language] })),
    fixes: finding.fixes.map((fix) => fixOf(fix, language)),
    lookalikes: [...finding.lookalikes],
    ruledOut: finding.ruledOut.map(({ code, because }) => ({ code, because: because[language] })),
  };
}

/** A fix as JSON has it. */
export function fixOf({ command, effect, edits, proof, outcome, undo, keep }: Fix, language: Language): FixJson {
  return {
    command,
    effect: effect[language],
    edits: edits ?? [],
    proof: proof ?? "unproven",
    ...(outcome === undefined ? {} : { outcome: outcome[language] }),
    undo: undo ?? [],
    keep: keep ?? [],
  };
}

function evidenceOf(one: Evidence, told: Told): EvidenceJson {
  const frame = one.frames?.[0];
  return {
    basis: one.basis,
    text: one.text[told.language],
    frame: frame === undefined ? null : formatFrame(frame),
    state:
      one.state === undefined ? null : { ...placeOf(one.state.netns, told), key: one.state.key, line: one.state.line },
    counter:
      one.counter === undefined
        ? null
        : { name: one.counter.name, before: one.counter.before, after: one.counter.after },
  };
}

// A step without frames may have the time of a pasted line: where there are such lines, it is no date.
function stepOf(step: ReportStep, told: Told): StepJson {
  const dated = step.frames.length === 0 ? !told.undated : !step.frames.some(isUndated);
  return {
    n: step.n,
    ...placeOf(step.netns, told),
    interface: step.interface,
    time: dated ? timeOf(step.time) : null,
    basis: step.basis,
    text: step.text[told.language],
    frames: step.frames.map(formatFrame),
    branch: step.branch ?? null,
    ...commentsOf(step),
    ...(step.inside === undefined ? {} : { inside: step.inside.map(outerOf) }),
  };
}

// Comments of a pcapng, each with its frame; schema pktwhy/1 had no place for them at first.
function commentsOf({ frames }: ReportStep) {
  const comments = frames.flatMap((frame) =>
    (frame.comments ?? []).map((comment) => ({ frame: formatFrame(frame), text: comment })),
  );
  return comments.length === 0 ? {} : { comments };
}

function outerOf({ kind, from, to, number, labels }: OuterHeader) {
  return { kind, from, to, number, labels: [...labels] };
}

// Pasted text without a date: its times count from an unknown midnight.
function isUndated({ vantage }: { readonly vantage: Vantage }): boolean {
  return vantage.undated === true;
}

function timeOf(time: Nanoseconds | null): string | null {
  return time === null ? null : formatTime(time);
}

// Six digits after the point are nanoseconds; what lies beyond is an artefact of division.
function toNanosecond(milliseconds: number): number {
  return Number(milliseconds.toFixed(6));
}

function linkTypeName(linkType: LinkType): string {
  return typeof linkType === "string" ? linkType : String(linkType.unknown);
}
