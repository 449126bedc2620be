// Recorded fixtures with all that lies beside their captures, and the way from them to a report.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parseRunFile, withNotes } from "../../src/case/run-file.ts";
import { namingOf } from "../../src/case/state-file.ts";
import { causes } from "../../src/causes/registry.ts";
import { explain } from "../../src/explain/explain.ts";
import { FlowTracker } from "../../src/flow/tracker.ts";
import type { Problem } from "../../src/model/problem.ts";
import type { Report } from "../../src/model/report.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import { drive } from "../../src/savefile/inputs/drive.ts";
import type { CaptureInput } from "../../src/savefile/open.ts";
import { openPipe } from "../../src/savefile/open-bytes.ts";
import { inPieces } from "./family.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");

/** A fixture: its captures by file name, and JSON that nobody has parsed into anything yet. */
export interface Recording {
  readonly name: string;
  readonly captures: readonly { readonly file: string; readonly bytes: Uint8Array }[];
  readonly state: unknown;
  readonly stateAfter: unknown;
  readonly run: unknown;
}

/** All fixtures that have captures and state, or some of them, evenly spread. */
export function recordings(most: number): Recording[] {
  const names = existsSync(fixtures) ? readdirSync(fixtures).sort() : [];
  const all = names.flatMap((name): Recording[] => {
    const directory = join(fixtures, name);
    const files = readdirSync(directory).filter((file) => /\.(?:pcap|pcapng)$/.test(file));
    const state = json(join(directory, "state.json.gz"));
    if (files.length === 0 || state === undefined) return [];
    const captures = files.map((file) => ({ file, bytes: Uint8Array.from(readFileSync(join(directory, file))) }));
    const stateAfter = json(join(directory, "state.after.json.gz"));
    return [{ name, captures, state, stateAfter, run: json(join(directory, "run.json")) }];
  });
  const step = Math.max(1, Math.floor(all.length / most));
  return all.filter((_, i) => i % step === 0);
}

function json(path: string): unknown {
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  return JSON.parse((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));
}

/** The report on a recording's captures with any state and run.json. */
export async function reportOn(
  { captures }: Recording,
  beside: { readonly state: SystemState | null; readonly stateAfter: SystemState | null; readonly run: unknown },
  found: readonly Problem[],
): Promise<Report> {
  const inputs = captures.map(({ file }): CaptureInput => {
    const stem = file.replace(/\.\w+$/, "");
    return { source: file, path: file, content: "pcap", interface: null, netns: null, stem };
  });
  const tracker = new FlowTracker({});
  const { state, stateAfter, run } = beside;
  const driven = await drive(inputs, tracker, {
    bytes: ({ path }) =>
      openPipe(inPieces(captures.find(({ file }) => file === path)?.bytes ?? Uint8Array.of(), 1 << 20), path ?? ""),
    ...(state === null ? {} : { naming: namingOf(state) }),
  });
  const { command, captures: notes } = parseRunFile(run);
  const noted = withNotes(driven.summaries, notes);
  return explain({
    flows: tracker.finish(),
    inputs: noted.summaries,
    state,
    stateAfter,
    command,
    problems: [...found, ...driven.problems, ...noted.problems],
    evicted: tracker.evicted,
    causes,
  });
}
