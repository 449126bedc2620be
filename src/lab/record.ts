// Writes what a run has shown as a bundle: one pcap for each interface, the state before and after, the command, a README.

import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { PARTS, partFiles } from "../case/bundle.ts";
import { BundleDirectory, cannotWrite } from "../case/bundle-directory.ts";
import { formatKernelEvents } from "../kernel/events-file.ts";
import { ProblemError } from "../model/problem.ts";
import type { StateFile } from "../system/state-file.ts";
import { readmeOf, toolVersions } from "./readme.ts";
import type { Ran, Recording, Staged } from "./runner.ts";
import { ownNamespaces } from "./scenario.ts";

const STATES: readonly string[] = [PARTS.state, PARTS.stateAfter];
/** A larger state file is kept packed. */
const LARGEST_PLAIN_BYTES = 20_000;

/** The files that a recording makes; the rest of a fixture's directory (its golden files) is not ours. */
const OURS = /\.pcap$|^state(\.after)?\.json(\.gz)?$|^run\.json$|^kernel-events\.jsonl$|^README\.md$/;

/** Writes the bundle; captures of an earlier recording in that directory go, everything else in it stays. */
export async function writeBundle(recording: Recording, directory: string): Promise<string[]> {
  const versions = await toolVersions();
  await makeDirectory(dirname(directory));
  // Beside the place first, so that nobody meets half a bundle.
  const beside = join(dirname(directory), `.${basename(directory)}.${process.pid}`);
  try {
    const files = await write(recording, beside, [["README.md", readmeOf(recording, versions)]]);
    await makeDirectory(directory);
    await moveInto(beside, files, directory).catch((error: unknown) => {
      throw new ProblemError(cannotWrite(directory, error));
    });
    return files;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw new ProblemError(cannotWrite(path, error));
  });
}

async function moveInto(beside: string, files: readonly string[], directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (OURS.test(name) && !files.includes(name)) await rm(join(directory, name));
  }
  for (const name of files) await rename(join(beside, name), join(directory, name));
}

/** Writes what was recorded of a network that is no scenario, into a directory that is empty or not there. */
export async function writeParts(recording: Recording<Staged>, directory: string): Promise<void> {
  await write(recording, directory, []);
}

type Written = readonly [name: string, content: Uint8Array | string];

// The names of what was written.
async function write(recording: Recording<Staged>, path: string, more: readonly Written[]): Promise<string[]> {
  const bundle = await BundleDirectory.open(path);
  try {
    for (const [name, content] of [...capturesOf(recording), ...packedParts(recording), ...more])
      await bundle.write(name, content);
    for (const [name, words] of plainParts(recording)) {
      const problem = await bundle.replace(name, words);
      if (problem !== null) throw new ProblemError(problem);
    }
    return bundle.files;
  } finally {
    await bundle.close();
  }
}

function capturesOf({ scenario, taps }: Recording<Staged>): Written[] {
  return taps.map((tap) => [`${isSingle(scenario) ? "" : `${tap.netns}.`}${tap.interface}.pcap`, tap.bytes]);
}

function packedParts(recording: Recording<Staged>): Written[] {
  return partsOf(recording)
    .filter(isPacked)
    .map(([name, words]) => [`${name}.gz`, gzipSync(words, { level: 9 })]);
}

function plainParts(recording: Recording<Staged>): (readonly [string, string])[] {
  return partsOf(recording).filter((part) => !isPacked(part));
}

const isPacked = ([name, words]: readonly [string, string]): boolean =>
  STATES.includes(name) && words.length > LARGEST_PLAIN_BYTES;

function partsOf(recording: Recording<Staged>): readonly (readonly [string, string])[] {
  const { scenario } = recording;
  const [first, ...further] = recording.commands.map((ran) => commandFile(scenario, ran));
  return partFiles({
    state: keyed(scenario, recording.state),
    stateAfter: keyed(scenario, recording.stateAfter),
    run: `${JSON.stringify(further.length === 0 ? first : { ...first, further }, null, 2)}\n`,
    kernel: recording.kernel === null ? null : formatKernelEvents(recording.kernel),
  });
}

function isSingle(scenario: Staged): boolean {
  return ownNamespaces(scenario).length === 1;
}

// A single namespace is the one that pktwhy would have run in.
function keyed(scenario: Staged, state: StateFile): StateFile {
  if (!isSingle(scenario)) return state;
  const [only] = Object.values(state.namespaces);
  return { ...state, namespaces: { "": only ?? {} } };
}

function commandFile(scenario: Staged, ran: Ran) {
  const netns = isSingle(scenario) ? "" : ran.netns;
  return { argv: ran.argv, netns, exitCode: ran.exitCode, output: ran.output };
}
