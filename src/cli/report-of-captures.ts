// From captures and what lies beside them to a report: the way of `explain`, and of `run` after its command has ended.

import { type DriveOptions, drive } from "../capture/drive.ts";
import { causes } from "../causes/registry.ts";
import { explain } from "../explain/explain.ts";
import { FlowTracker } from "../flow/tracker.ts";
import type { KernelEvents } from "../kernel/event.ts";
import { parseKernelEvents } from "../kernel/events-file.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import type { Report } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import type { CaptureInput } from "../savefile/open.ts";
import { parseState } from "../system/parse.ts";
import { PARTS, readParts } from "./bundle-parts.ts";
import { faultsOfCommand } from "./command-faults.ts";
import { parseRunFile, withNotes } from "./run-file.ts";
import { namingOf } from "./state-file.ts";

/** Captures with their companions; what is null here may still lie inside the captures. */
export interface CaptureSet {
  readonly captures: readonly CaptureInput[];
  readonly state: SystemState | null;
  readonly stateAfter: SystemState | null;
  /** A parsed run.json. */
  readonly run: unknown;
  /** The text of kernel-events.jsonl. */
  readonly kernel?: string | null;
  /** What was wrong so far. */
  readonly problems: readonly Problem[];
}

/** The report and what it rests on; null where nothing could be read. */
export interface CaptureReport {
  readonly report: Report | null;
  readonly problems: readonly Problem[];
}

/** Reads the captures once and explains them. `live` says that the packets have just been captured and are not kept. */
export async function reportOfCaptures(
  set: CaptureSet,
  options: DriveOptions & { readonly live?: boolean } = {},
): Promise<CaptureReport> {
  const tracker = new FlowTracker({});
  const driven = await drive(set.captures, tracker, {
    ...options,
    ...(set.state === null ? {} : { naming: namingOf(set.state) }),
  });
  const problems: Problem[] = [...set.problems, ...driven.problems];
  const { parts, problems: damaged } = readParts(driven.custom, set.captures[0]?.source ?? "");
  problems.push(...damaged);
  const inside = (name: string) => stateInside(parts, name, set.captures[0]?.source ?? "", problems);
  const state = set.state ?? inside(PARTS.state);
  const stateAfter = set.stateAfter ?? (set.state === null ? inside(PARTS.stateAfter) : null);
  const kernel = kernelEvents(set.kernel ?? parts.get(PARTS.kernel), set.captures[0]?.source ?? "", problems);
  const { command, captures } = parseRunFile(set.run ?? parts.get(PARTS.run));
  const noted = withNotes(driven.summaries, captures);
  problems.push(...noted.problems, ...faultsOfCommand(command));
  const nothingRead = driven.packets === 0 && (driven.summaries.length === 0 || problems.some(isError));
  if (nothingRead && (command === null || state === null)) return { report: null, problems };
  const flows = tracker.finish();
  const report = explain({
    flows,
    inputs: options.live ? noted.summaries.map((one) => ({ ...one, format: "live" as const })) : noted.summaries,
    state,
    stateAfter,
    kernel,
    command,
    problems,
    evicted: tracker.evicted,
    causes,
  });
  return { report, problems };
}

function isError(problem: Problem): boolean {
  return problem.severity === "error";
}

function kernelEvents(content: unknown, source: string, problems: Problem[]): KernelEvents | null {
  if (typeof content !== "string") return null;
  const read = parseKernelEvents(content, `${source} (${PARTS.kernel})`);
  problems.push(...read.problems);
  return read.events;
}

function stateInside(
  parts: ReadonlyMap<string, unknown>,
  name: string,
  source: string,
  problems: Problem[],
): SystemState | null {
  if (!parts.has(name)) return null;
  try {
    const read = parseState(parts.get(name), `${source} (${name})`);
    problems.push(...read.problems);
    return read.state;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push({ ...error.problem, severity: "warning" });
    return null;
  }
}
