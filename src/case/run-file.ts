// run.json: the command that was watched and what is known of each capture beside its packets.

import type { RanCommand } from "../explain/case.ts";
import type { Problem } from "../model/problem.ts";
import type { RunCommand } from "../model/report.ts";
import { printable, text } from "../model/text.ts";
import type { InputSummary } from "../model/vantage.ts";

/** What the capture of a namespace, or of one interface in it, has to say beside its packets. */
export interface CaptureNote {
  readonly netns: string;
  /** Null is the whole namespace. */
  readonly interface: string | null;
  readonly timeSource: InputSummary["timeSource"];
  readonly problems: readonly Problem[];
}

/** The command with the namespace it ran in, what it ran where its own words do not tell, and whether others ran beside it. */
export type CommandRun = RunCommand & {
  readonly netns?: string | null;
  readonly ran?: readonly RanCommand[];
  readonly amongOthers?: true;
};

/** What it says of the captures. */
export interface CapturedRun {
  readonly backend: string;
  /** Names of interfaces by namespace, in the order in which they were learnt; an index may come again. */
  readonly interfaces: Readonly<Record<string, readonly { readonly index: number; readonly name: string }[]>>;
  readonly captures: readonly CaptureNote[];
}

/** The whole file, where a command was watched. */
export interface RunFile extends CapturedRun {
  readonly argv: readonly string[];
  readonly netns: string;
  readonly exitCode: number | null;
  readonly output: string | null;
  readonly ran?: readonly RanCommand[];
}

/** What it says until its end is written: nobody came to that. */
export const UNFINISHED = { unfinished: true } as const;

/** What is missing of a run that was cut off; empty where it came to its end. */
export function unfinishedRun(json: unknown, place: string): readonly Problem[] {
  if (!isRecord(json) || json.unfinished !== true) return [];
  const name = printable(place);
  return [
    {
      kind: "run-unfinished",
      severity: "warning",
      place,
      text: text(
        `${name} was cut off before its end: there is no state after it, no output of the command and none of the kernel's own words on drops. It is explained by what was known until then.`,
        `${name} 在结束前被中断：没有结束后的状态、命令的输出和内核对丢包的说明，只能根据此前已知的内容解释。`,
      ),
    },
  ];
}

/** What a run.json tells, however much of it is there; the command is null where it names none. */
export function parseRunFile(json: unknown): { command: CommandRun | null; captures: readonly CaptureNote[] } {
  const outer = isRecord(json) ? json : {};
  const { argv, exitCode, output, netns, ran } = isRecord(outer.command) ? outer.command : outer;
  const captures = Array.isArray(outer.captures) ? outer.captures.flatMap(noteOf) : [];
  if (!Array.isArray(argv) || !argv.every((word) => typeof word === "string")) return { command: null, captures };
  const command = {
    argv,
    exitCode: typeof exitCode === "number" ? exitCode : null,
    output: typeof output === "string" ? output : null,
    ...(typeof netns === "string" ? { netns } : {}),
    ...(Array.isArray(outer.further) && outer.further.length > 0 ? { amongOthers: true as const } : {}),
    ...(Array.isArray(ran) && ran.every(isRan) ? { ran } : {}),
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

function isRan(json: unknown): json is RanCommand {
  return (
    isRecord(json) &&
    typeof json.netns === "string" &&
    Array.isArray(json.argv) &&
    json.argv.every((word) => typeof word === "string")
  );
}

function noteOf(json: unknown): CaptureNote[] {
  if (!isRecord(json) || typeof json.netns !== "string") return [];
  const { timeSource } = json;
  return [
    {
      netns: json.netns,
      interface: typeof json.interface === "string" ? json.interface : null,
      timeSource: timeSource === "kernel" || timeSource === "userspace" ? timeSource : "unknown",
      problems: problemsOf(json.problems),
    },
  ];
}

/** Problems as they stand in a file; what is none is left out. */
export function problemsOf(json: unknown): Problem[] {
  return Array.isArray(json) ? json.flatMap(problemOf) : [];
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
