// The report as JSON, schema `pktwhy/1`: every key always there (but for `notes`), null
// where nothing is known, times in RFC 3339.

import { formatIpv4 } from "../model/address.ts";
import { type Evidence, formatFrame } from "../model/evidence.ts";
import type { Finding } from "../model/finding.ts";
import type { FlowReport, Report, ReportStep } from "../model/report.ts";
import type { Language } from "../model/text.ts";
import { formatTime, type Nanoseconds } from "../model/time.ts";
import type { InputSummary, LinkType, Vantage } from "../model/vantage.ts";

export interface JsonOptions {
  readonly language: Language;
  /** Version of the tool, as its package says. */
  readonly version: string;
}

/** The whole report, two spaces deep, ending in a newline. */
export function renderJson(report: Report, options: JsonOptions): string {
  return `${JSON.stringify(jsonReport(report, options), null, 2).replace(OBEYED, escaped)}\n`;
}

/** One line for the answer with what was read, then one line for each flow. */
export function renderJsonLines(report: Report, options: JsonOptions): string {
  const { flows, ...head } = jsonReport(report, options);
  const lines = [{ type: "report", ...head }, ...flows.map((flow) => ({ type: "flow", ...flow }))];
  return lines.map((line) => `${JSON.stringify(line).replace(OBEYED, escaped)}\n`).join("");
}

// JSON may hold these as they are, but a terminal obeys them; names in captures can bring them in.
const OBEYED = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

// The report as a plain object that JSON can hold.
function jsonReport(report: Report, { language, version }: JsonOptions) {
  const { answer, command } = report;
  const notes = notesOf(report, language);
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
    inputs: report.inputs.map((input) => inputOf(input, language)),
    flows: report.flows.map((flow) => flowOf(flow, language, report.inputs.some(isUndated))),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

// What limits the whole, and what went wrong that concerns no capture alone. Schema pktwhy/1 had no place for it at first:
// where there is none, there is no such key.
function notesOf({ notes, problems, inputs }: Report, language: Language) {
  const told = new Set(inputs.flatMap((input) => input.problems.map((problem) => problem.text.en)));
  const others = problems.filter(({ text }) => !told.has(text.en) && told.add(text.en));
  return [
    ...notes.map((note) => ({ severity: "note", text: note[language] })),
    ...others.map(({ severity, text }) => ({ severity, text: text[language] })),
  ];
}

function inputOf(input: InputSummary, language: Language) {
  return {
    source: input.vantage.source,
    netns: input.vantage.netns,
    interface: input.vantage.interface,
    format: input.format,
    linkType: linkTypeName(input.linkType),
    packets: input.packets,
    explained: input.explained,
    droppedByKernel: input.droppedByKernel,
    from: isUndated(input) ? null : timeOf(input.from),
    to: isUndated(input) ? null : timeOf(input.to),
    problems: input.problems.map((problem) => problem.text[language]),
  };
}

function flowOf({ flow, verdict, findings, steps }: FlowReport, language: Language, undated: boolean) {
  return {
    id: flow.id,
    kind: flow.kind,
    netns: flow.netns,
    src: flow.src === null ? null : formatIpv4(flow.src),
    dst: formatIpv4(flow.dst),
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
    causes: findings.map((finding) => causeOf(finding, language)),
    steps: steps.map((step) => stepOf(step, language, undated)),
  };
}

function causeOf(finding: Finding, language: Language) {
  return {
    code: finding.code,
    severity: finding.severity,
    certainty: finding.certainty,
    netns: finding.netns,
    interface: finding.interface,
    summary: finding.summary[language],
    why: finding.why[language],
    evidence: finding.evidence.map((one) => evidenceOf(one, language)),
    settle: finding.settle.map(({ command, because }) => ({ command, because: because[language] })),
    fixes: finding.fixes.map(({ command, effect }) => ({ command, effect: effect[language] })),
    lookalikes: [...finding.lookalikes],
    ruledOut: finding.ruledOut.map(({ code, because }) => ({ code, because: because[language] })),
  };
}

function evidenceOf(one: Evidence, language: Language) {
  const frame = one.frames?.[0];
  return {
    basis: one.basis,
    text: one.text[language],
    frame: frame === undefined ? null : formatFrame(frame),
    state: one.state === undefined ? null : { netns: one.state.netns, key: one.state.key, line: one.state.line },
    counter:
      one.counter === undefined
        ? null
        : { name: one.counter.name, before: one.counter.before, after: one.counter.after },
  };
}

// A step without frames may have the time of a pasted line: where there are such lines, it is no date.
function stepOf(step: ReportStep, language: Language, undated: boolean) {
  const dated = step.frames.length === 0 ? !undated : !step.frames.some(isUndated);
  return {
    n: step.n,
    netns: step.netns,
    interface: step.interface,
    time: dated ? timeOf(step.time) : null,
    basis: step.basis,
    text: step.text[language],
    frames: step.frames.map(formatFrame),
  };
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
