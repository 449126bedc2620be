// run.json: the command that was watched and what is known of each capture beside its packets.

import type { Problem } from "../model/problem.ts";
import type { RunCommand } from "../model/report.ts";
import type { InputSummary } from "../model/vantage.ts";

/** What the capture of a namespace, or of one interface in it, has to say beside its packets. */
export interface CaptureNote {
  readonly netns: string;
  /** Null is the whole namespace. */
  readonly interface: string | null;
  readonly timeSource: InputSummary["timeSource"];
  readonly problems: readonly Problem[];
}

/** The command with the namespace it ran in. */
export type CommandRun = RunCommand & { readonly netns?: string | null };

/** The whole file. */
export interface RunFile {
  readonly argv: readonly string[];
  readonly netns: string;
  readonly exitCode: number | null;
  readonly output: string | null;
  readonly backend: string;
  /** Names of interfaces by namespace, in the order in which they were learnt; an index may come again. */
  readonly interfaces: Readonly<Record<string, readonly { readonly index: number; readonly name: string }[]>>;
  readonly captures: readonly CaptureNote[];
}

/** What a run.json tells, however much of it is there; the command is null where it names none. */
export function parseRunFile(json: unknown): { command: CommandRun | null; captures: readonly CaptureNote[] } {
  const outer = isRecord(json) ? json : {};
  const { argv, exitCode, output, netns } = isRecord(outer.command) ? outer.command : outer;
  const captures = Array.isArray(outer.captures) ? outer.captures.flatMap(noteOf) : [];
  if (!Array.isArray(argv) || !argv.every((word) => typeof word === "string")) return { command: null, captures };
  const command = {
    argv,
    exitCode: typeof exitCode === "number" ? exitCode : null,
    output: typeof output === "string" ? output : null,
    ...(typeof netns === "string" ? { netns } : {}),
  };
  return { command, captures };
}

/** The summaries with what their captures have to say, and all of that once. */
export function withNotes(
  summaries: readonly InputSummary[],
  notes: readonly CaptureNote[],
): { summaries: readonly InputSummary[]; problems: readonly Problem[] } {
  const noted = summaries.map((summary) => {
    const own = notes.filter(
      (note) =>
        note.netns === summary.vantage.netns &&
        (note.interface === null || note.interface === summary.vantage.interface),
    );
    const [first] = own;
    if (first === undefined) return summary;
    const problems = [...summary.problems, ...own.flatMap((note) => note.problems)];
    return { ...summary, timeSource: first.timeSource, problems };
  });
  // What holds for every capture is told once.
  const problems = new Map(notes.flatMap((note) => note.problems.map((problem) => [problem.text.en, problem])));
  return { summaries: noted, problems: [...problems.values()] };
}

function noteOf(json: unknown): CaptureNote[] {
  if (!isRecord(json) || typeof json.netns !== "string") return [];
  const { timeSource } = json;
  return [
    {
      netns: json.netns,
      interface: typeof json.interface === "string" ? json.interface : null,
      timeSource: timeSource === "kernel" || timeSource === "userspace" ? timeSource : "unknown",
      problems: Array.isArray(json.problems) ? json.problems.flatMap(problemOf) : [],
    },
  ];
}

function problemOf(json: unknown): Problem[] {
  if (!isRecord(json) || !isRecord(json.text)) return [];
  const { en, zh } = json.text;
  if (typeof en !== "string" || typeof zh !== "string") return [];
  const { kind, severity, place } = json;
  return [
    {
      kind: typeof kind === "string" ? kind : "capture-problem",
      severity: severity === "error" ? "error" : "warning",
      place: typeof place === "string" ? place : "",
      text: { en, zh },
    },
  ];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
