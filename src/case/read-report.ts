// From arguments to a report: finds the captures, reads them once, follows the packets, explains.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Problem, ProblemError } from "../model/problem.ts";
import type { Report } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { printable, text } from "../model/text.ts";
import type { PastedLine } from "../paste/clean.ts";
import type { DriveOptions } from "../savefile/inputs/drive.ts";
import { type CaptureInput, resolveInputs } from "../savefile/open.ts";
import { type ByteSource, openFile } from "../savefile/open-bytes.ts";
import { customBlock } from "../savefile/write-pcapng.ts";
import { partBlock, partFiles } from "./bundle.ts";
import { HOSTS_FILE } from "./hosts/hosts-file.ts";
import type { PacketSource } from "./packets-file.ts";
import type { PastedText } from "./paste-report.ts";
import { lookAt } from "./pasted-text.ts";
import { reportOfCaptures } from "./report-of-captures.ts";
import { readJson, readState, readText, writtenOnly } from "./state-file.ts";

/** What else is asked for. */
export interface ReadOptions {
  /** Path of a state file: it wins over one that lies in a directory given. */
  readonly state?: string | undefined;
  /** Stop after as many ARP and ICMP packets. */
  readonly count?: number | undefined;
  /** Tell what was tried to explain each flow. */
  readonly why?: boolean | undefined;
}

/** What files come to. */
export interface ReadResult {
  /** Null where nothing could be read; `problems` then says why. */
  readonly report: Report | null;
  /** Everything that a person should be told besides. */
  readonly problems: readonly Problem[];
  /** Files that were read. */
  readonly files: readonly (string | null)[];
  /** A state file that lies beside captures given one by one, and that nobody asked to use. */
  readonly unusedState: string | null;
  /** The packets it is about, to be written with comments; absent where they cannot be read once more. */
  readonly packets?: PacketSource;
  /** Lines of a paste that were not understood. */
  readonly unknown?: readonly PastedLine[];
}

/**
 * Reads and explains what the arguments name: captures (pcap, pcapng, gzip of either), bundles (directories), state files,
 * pasted text, `-` for standard input; `IF=FILE` and `IF@NETNS=FILE` say where a capture was taken. What is wrong with an
 * input is told in `problems`; only where `options.state` cannot be read a `ProblemError` is thrown.
 */
export async function reportOf(args: readonly string[], options: ReadOptions = {}): Promise<ReadResult> {
  const [only] = args;
  if (args.length === 1 && only !== undefined && existsSync(join(only, HOSTS_FILE))) {
    const { reportOfHosts } = await import("./hosts/read-hosts.ts");
    return { ...(await reportOfHosts(only, { why: options.why === true })), unusedState: null };
  }
  const inputs = resolveInputs(args);
  const companions = writtenOnly(inputs.companions);
  const problems: Problem[] = [...inputs.problems];
  const statePath = options.state ?? companions.state;
  const state =
    options.state === undefined ? await tolerant(statePath, problems) : await named(options.state, problems);
  const stateAfter = options.state === undefined ? await tolerant(companions.stateAfter, problems) : null;
  const run = companions.run === null ? null : await tolerantly(readJson(companions.run), problems);
  const kernel =
    companions.kernelEvents === null ? null : await tolerantly(readText(companions.kernelEvents), problems);
  const beside = [statePath, companions.stateAfter, companions.run, companions.kernelEvents];
  const files = [...inputs.captures.map((capture) => capture.path), ...beside];
  const { pastes, captures, opened } = await sorted(inputs.captures, problems);
  const bytes = (input: CaptureInput): ByteSource => opened.get(input) ?? openFile(input.path ?? "", input.source);
  if (pastes.length > 0) {
    const { reportOfPastes } = await import("./paste-report.ts");
    const set = { pastes, captures, state, problems, why: options.why === true };
    const read = await reportOfPastes(set, opened.size === 0 ? {} : { bytes });
    return { report: read.report, problems: read.problems, files, unusedState: null, unknown: read.unknown };
  }
  const unusedState = statePath === null ? inputs.nearby.state : null;
  const read = await reportOfCaptures(
    { captures: inputs.captures, state, stateAfter, run, kernel, problems },
    {
      ...(options.count === undefined ? {} : { count: options.count }),
      why: options.why === true,
      // What was opened already gives its bytes only once: its clock cannot be measured first.
      ...(opened.size > 0 ? { bytes } : captures.length < 2 ? {} : await clocksOf(captures)),
    },
  );
  const { packets } = read;
  const parts = {
    ...companions,
    state: statePath,
    stateAfter: options.state === undefined ? companions.stateAfter : null,
  };
  const told = [...read.problems];
  if (read.report === null && !told.some(isError)) told.push(nothingGiven(args));
  return {
    report: read.report,
    problems: told,
    files,
    unusedState,
    ...(packets && opened.size === 0 ? { packets: { ...packets, parts: () => partsOf(parts, packets.custom) } } : {}),
  };
}

async function clocksOf(captures: readonly CaptureInput[]): Promise<DriveOptions> {
  const { clockOffsetOf } = await import("./clock-offsets.ts");
  return { clockOffset: await clockOffsetOf(captures) };
}

// As they lie in files, else as they were packed into the captures.
async function partsOf(
  files: { readonly [key in "state" | "stateAfter" | "run" | "kernelEvents"]: string | null },
  custom: readonly Uint8Array[],
): Promise<readonly Uint8Array[]> {
  const { state, stateAfter, run, kernelEvents } = files;
  const json = async (path: string | null) => (path === null ? null : readJson(path));
  const parts = {
    state: await json(state),
    stateAfter: await json(stateAfter),
    run: await json(run),
    kernel: kernelEvents === null ? null : await readText(kernelEvents),
  };
  const blocks = partFiles(parts).flatMap(([name, words]) => partBlock(name, words) ?? []);
  return [...custom.map(customBlock), ...blocks];
}

interface Sorted {
  readonly pastes: PastedText[];
  readonly captures: CaptureInput[];
  /** Captures already opened, standard input among them. */
  readonly opened: Map<CaptureInput, ByteSource>;
}

async function sorted(inputs: readonly CaptureInput[], problems: Problem[]): Promise<Sorted> {
  const result: Sorted = { pastes: [], captures: [], opened: new Map() };
  for (const input of inputs) {
    const looked = await lookAt(input);
    if (looked?.kind === "paste") {
      problems.push(...looked.problems);
      result.pastes.push({
        source: input.source,
        content: looked.text,
        interface: input.interface,
        netns: input.netns,
      });
      continue;
    }
    result.captures.push(input);
    if (looked?.kind === "bytes") result.opened.set(input, looked.bytes);
  }
  return result;
}

function isError(problem: Problem): boolean {
  return problem.severity === "error";
}

async function named(path: string, problems: Problem[]): Promise<SystemState> {
  const read = await readState(path);
  problems.push(...read.problems);
  return read.state;
}

// State that merely lies in the directory may be unfit without stopping what the packets alone can tell.
async function tolerant(path: string | null, problems: Problem[]): Promise<SystemState | null> {
  return path === null ? null : tolerantly(named(path, problems), problems);
}

async function tolerantly<T>(reading: Promise<T>, problems: Problem[]): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(error.problem);
    return null;
  }
}

function nothingGiven(args: readonly string[]): Problem {
  const names = printable(args.join(" "));
  return {
    kind: "no-captures",
    severity: "error",
    place: args.join(" "),
    text: text(
      `There is no capture in ${names}. Name pcap or pcapng files; for state alone there is: pktwhy predict ADDRESS --state FILE`,
      `${names} 里没有抓包。请给出 pcap 或 pcapng 文件；只有状态文件时可以用：pktwhy predict 地址 --state 文件`,
    ),
  };
}
