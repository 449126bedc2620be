// Writes what a run has shown as a bundle: one pcap for each interface, the state before and after, the command, a README.

import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { formatKernelEvents } from "../kernel/events-file.ts";
import type { StateFile } from "../system/state-file.ts";
import { readmeOf, type ToolVersions, toolVersions } from "./readme.ts";
import type { Ran, Recording } from "./runner.ts";
import type { Scenario } from "./scenario.ts";

/** A larger state file is kept packed. */
const LARGEST_PLAIN_BYTES = 20_000;

/** The files that a recording makes; the rest of a fixture's directory (its golden files) is not ours. */
const OURS = /\.pcap$|^state(\.after)?\.json(\.gz)?$|^run\.json$|^kernel-events\.jsonl$|^README\.md$/;

/** The files of a bundle, by name. */
function bundleOf(recording: Recording, versions: ToolVersions): Map<string, Uint8Array | string> {
  const { scenario, taps } = recording;
  const files = new Map<string, Uint8Array | string>();
  for (const tap of taps) {
    const name = isSingle(scenario) ? tap.interface : `${tap.netns}.${tap.interface}`;
    files.set(`${name}.pcap`, tap.bytes);
  }
  addState(files, "state.json", keyed(scenario, recording.state));
  addState(files, "state.after.json", keyed(scenario, recording.stateAfter));
  const [first, ...further] = recording.commands.map((ran) => commandFile(scenario, ran));
  files.set("run.json", `${JSON.stringify(further.length === 0 ? first : { ...first, further }, null, 2)}\n`);
  if (recording.kernel !== null) files.set("kernel-events.jsonl", formatKernelEvents(recording.kernel));
  files.set("README.md", readmeOf(recording, versions));
  return files;
}

/** Writes the bundle; captures of an earlier recording in that directory go, everything else in it stays. */
export async function writeBundle(recording: Recording, directory: string): Promise<string[]> {
  const files = bundleOf(recording, await toolVersions());
  // Beside the place first, so that nobody meets half a bundle.
  const beside = join(dirname(directory), `.${basename(directory)}.${process.pid}`);
  await mkdir(beside, { recursive: true });
  try {
    for (const [name, content] of files) await writeFile(join(beside, name), content);
    await mkdir(directory, { recursive: true });
    for (const name of await readdir(directory)) {
      if (OURS.test(name) && !files.has(name)) await rm(join(directory, name));
    }
    for (const name of files.keys()) await rename(join(beside, name), join(directory, name));
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  return [...files.keys()];
}

function isSingle(scenario: Scenario): boolean {
  return Object.keys(scenario.namespaces).length === 1;
}

// A single namespace is the one that pktwhy would have run in.
function keyed(scenario: Scenario, state: StateFile): StateFile {
  if (!isSingle(scenario)) return state;
  const [only] = Object.values(state.namespaces);
  return { ...state, namespaces: { "": only ?? {} } };
}

function commandFile(scenario: Scenario, ran: Ran) {
  const netns = isSingle(scenario) ? "" : ran.netns;
  return { argv: ran.argv, netns, exitCode: ran.exitCode, output: ran.output };
}

function addState(files: Map<string, Uint8Array | string>, name: string, state: StateFile): void {
  const json = `${JSON.stringify(state, null, 1)}\n`;
  if (json.length > LARGEST_PLAIN_BYTES) files.set(`${name}.gz`, gzipSync(json, { level: 9 }));
  else files.set(name, json);
}
