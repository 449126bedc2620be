// From captures and what lies beside them to a report: the way of `explain`, and of `run` after its command has ended.

import { causes } from "../causes/registry.ts";
import { explain } from "../explain/explain.ts";
import { FlowTracker } from "../flow/tracker.ts";
import type { KernelEvents } from "../kernel/event.ts";
import { parseKernelEvents } from "../kernel/events-file.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import type { Report } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { type DriveOptions, drive } from "../savefile/inputs/drive.ts";
import type { CaptureInput } from "../savefile/open.ts";
import { parseState } from "../system/parse.ts";
import { withPlaces } from "./any-places.ts";
import { PARTS, readParts } from "./bundle.ts";
import { faultsOfCommand } from "./command-faults.ts";
import { type MomentLine, momentsOf } from "./moments/moments.ts";
import { parseRunFile, unfinishedRun, withNotes } from "./run-file.ts";
import { namingOf } from "./state-file.ts";
import { withWaysIn } from "./ways-in.ts";

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
  /** How the packets can be read once more, and what was packed beside them. */
  readonly packets?: {
    readonly captures: readonly CaptureInput[];
    readonly options: Pick<DriveOptions, "naming" | "clockOffset" | "bytes">;
    readonly custom: readonly Uint8Array[];
  };
}

/**
 * Reads the captures once and explains them. `live` says that the packets have just been captured and are not kept, `why`
 * that what was tried is to be told.
 */
export async function reportOfCaptures(
  given: CaptureSet,
  options: DriveOptions & { readonly live?: boolean; readonly why?: boolean } = {},
): Promise<CaptureReport> {
  const placed = given.state === null || options.live ? null : await withPlaces(given.captures, given.state);
  const set = placed === null ? given : { ...given, captures: placed.captures };
  const known = set.state === null ? null : momentsOf(set.state, set.stateAfter);
  const first = await follow(set, options, known);
  const { driven } = first;
  const problems: Problem[] = [...set.problems, ...driven.problems];
  const { parts, problems: damaged } = readParts(driven.custom, set.captures[0]?.source ?? "");
  problems.push(...damaged);
  const inside = (name: string) => stateInside(parts, name, set.captures[0]?.source ?? "", problems);
  const state = set.state ?? inside(PARTS.state);
  const stateAfter = set.stateAfter ?? (set.state === null ? inside(PARTS.stateAfter) : null);
  const kernel = kernelEvents(set.kernel ?? parts.get(PARTS.kernel), set.captures[0]?.source ?? "", problems);
  const run = set.run ?? parts.get(PARTS.run);
  const { command, captures } = parseRunFile(run);
  problems.push(...unfinishedRun(run, set.captures[0]?.source ?? PARTS.run));
  const noted = withNotes(driven.summaries, captures);
  problems.push(...noted.problems, ...faultsOfCommand(command));
  const nothingRead = driven.packets === 0 && (driven.summaries.length === 0 || problems.some(isError));
  if (nothingRead && (command === null || state === null)) return { report: null, problems };
  const moments = known ?? (state === null ? null : momentsOf(state, stateAfter));
  // Inside the captures, what changed stands behind the packets: they are followed once more by its times.
  const again = known === null && moments !== null && set.captures.every(({ path }) => path !== null);
  const { tracker } = again ? await follow(set, options, moments) : first;
  const report = explain({
    flows: tracker.finish(),
    inputs: options.live ? noted.summaries.map((one) => ({ ...one, format: "live" as const })) : noted.summaries,
    state,
    stateAfter,
    ...(moments === null ? {} : { moments: moments.moments }),
    kernel,
    command,
    problems,
    evicted: tracker.evicted,
    onlyCounted: tracker.onlyCounted,
    causes,
    why: options.why === true,
  });
  const told = withWaysIn(report, state);
  const { bytes, clockOffset } = options;
  const reading = { ...namingFor(set), ...(bytes && { bytes }), ...(clockOffset && { clockOffset }) };
  return {
    report: placed === null ? told : { ...told, notes: [...placed.notes, ...told.notes] },
    problems,
    packets: { captures: set.captures, options: reading, custom: driven.custom },
  };
}

async function follow(set: CaptureSet, options: DriveOptions, moments: MomentLine | null) {
  const tracker = new FlowTracker({ momentAt: moments === null ? null : (time) => moments.at(time) });
  return { tracker, driven: await drive(set.captures, tracker, { ...options, ...namingFor(set) }) };
}

function namingFor({ state }: CaptureSet): Pick<DriveOptions, "naming"> {
  return state === null ? {} : { naming: namingOf(state) };
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
