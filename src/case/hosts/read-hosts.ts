// A case of several hosts, from its directory to one report: each host's bundle is read as it is, clocks and wires are
// found by the packets that two hosts saw, and all is explained as one system.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { hostClocks } from "../../explain/hosts/clocks.ts";
import { EdgeSights } from "../../explain/hosts/sights.ts";
import { wiresOf } from "../../explain/hosts/wires.ts";
import { type ClockFit, corrected, IN_TIME } from "../../model/clock-fit.ts";
import { isHostName } from "../../model/host.ts";
import { type Problem, ProblemError } from "../../model/problem.ts";
import type { Report } from "../../model/report.ts";
import type { SystemState } from "../../model/system-state.ts";
import { drive } from "../../savefile/inputs/drive.ts";
import { type CaptureInput, type ResolvedInputs, resolveInputs } from "../../savefile/open.ts";
import { joinHosts } from "../../system/join-hosts.ts";
import { reportOfCaptures } from "../report-of-captures.ts";
import { namingOf, readJson, readState, writtenOnly } from "../state-file.ts";
import { type CaseHost, HOSTS_FILE, MOST_HOSTS, parseHosts } from "./hosts-file.ts";
import { runOnHosts } from "./run-on-hosts.ts";
import { toldOnHosts } from "./told-on-hosts.ts";

/** What was read of one host. */
interface ReadHost extends CaseHost {
  readonly captures: readonly CaptureInput[];
  readonly state: SystemState | null;
  readonly stateAfter: SystemState | null;
  /** A parsed run.json. */
  readonly run: unknown;
  readonly files: readonly string[];
}

/** What a case of several hosts comes to. */
export interface HostsResult {
  readonly report: Report | null;
  readonly problems: readonly Problem[];
  readonly files: readonly string[];
}

/** What the case says of all its hosts together. */
interface JoinedHosts {
  readonly names: readonly string[];
  readonly hosts: readonly ReadHost[];
  readonly clockOf: (name: string) => ClockFit;
  readonly state: SystemState;
  /** Null where no host's state was read again. */
  readonly stateAfter: SystemState | null;
  /** As `reportOfCaptures` takes it. */
  readonly run: unknown;
}

/** Reads and explains it; throws a ProblemError where it does not say which hosts it holds. */
export async function reportOfHosts(path: string, options: { readonly why?: boolean } = {}): Promise<HostsResult> {
  const { names, hosts, clockOf, state, stateAfter, run } = await joinedHosts(path);
  const read = await reportOfCaptures(
    {
      captures: hosts.flatMap(({ captures }) => captures),
      state,
      stateAfter,
      run,
      problems: hosts.flatMap(({ problems }) => problems),
    },
    { clockOffset: ({ host = "" }) => ({ ...clockOf(host), host }), why: options.why === true },
  );
  const report = read.report === null ? null : toldOnHosts(read.report, names);
  return { report, problems: read.problems, files: hosts.flatMap(({ files }) => files) };
}

/** Its hosts read together as one system; throws a ProblemError where it does not say which hosts it holds. */
export async function joinedHosts(path: string): Promise<JoinedHosts> {
  const named = parseHosts(await readJson(join(path, HOSTS_FILE)), join(path, HOSTS_FILE)) ?? directoriesIn(path);
  const hosts = await Promise.all(named.map((host) => readHost(path, host)));
  const names = hosts.map(({ name }) => name);
  const captures = hosts.flatMap((host) => host.captures);
  const loose = joinHosts(statesOf(hosts, "state"), names);
  const crossings = await crossingsIn(captures, loose);
  const clocks = hostClocks(names, crossings);
  const clockOf = (name: string): ClockFit => clocks.get(name) ?? IN_TIME;
  const after = joinHosts(statesOf(hosts, "stateAfter", clockOf), names);
  const known = { ...joinHosts(statesOf(hosts, "state", clockOf), names), wires: [] };
  // What was learned meanwhile shows wires too.
  const wires = wiresOf({ ...known, ...mergedNeighbours(known, after) }, crossings);
  return {
    names,
    hosts,
    clockOf,
    state: { ...known, wires },
    stateAfter: after.namespaces.size === 0 ? null : { ...withUnread(after, known), wires },
    run: runOnHosts(hosts),
  };
}

function directoriesIn(path: string): CaseHost[] {
  return readdirSync(path)
    .filter((name) => isHostName(name) && statSync(join(path, name), { throwIfNoEntry: false })?.isDirectory() === true)
    .sort()
    .slice(0, MOST_HOSTS)
    .map((name) => ({ name, problems: [] }));
}

async function readHost(path: string, host: CaseHost): Promise<ReadHost> {
  const directory = join(path, host.name);
  const problems: Problem[] = [...host.problems];
  // Of a host that gave nothing there may be no directory.
  const inputs = existsSync(directory) ? resolveInputs([directory]) : NOTHING;
  const companions = writtenOnly(inputs.companions);
  const tolerant = async <T>(file: string | null, reading: (file: string) => Promise<T>): Promise<T | null> => {
    try {
      return file === null ? null : await reading(file);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(error.problem);
      return null;
    }
  };
  const stateIn = async (file: string): Promise<SystemState> => {
    const read = await readState(file);
    problems.push(...read.problems);
    return read.state;
  };
  const state = await tolerant(companions.state, stateIn);
  const stateAfter = await tolerant(companions.stateAfter, stateIn);
  const run = await tolerant(companions.run, readJson);
  // Of a host of which it is said what is missing, it is not said again.
  problems.push(...inputs.problems.filter(({ kind }) => kind !== "no-captures" || host.problems.length === 0));
  const captures = inputs.captures.map((input) => ({ ...input, host: host.name }));
  const files = [companions.state, companions.stateAfter, companions.run, ...captures.map((one) => one.path)];
  return { ...host, problems, captures, state, stateAfter, run, files: files.flatMap((file) => file ?? []) };
}

const NOTHING: ResolvedInputs = {
  captures: [],
  companions: { state: null, stateAfter: null, run: null, kernelEvents: null },
  nearby: { state: null, stateAfter: null, run: null, kernelEvents: null },
  problems: [],
};

function statesOf(
  hosts: readonly ReadHost[],
  which: "state" | "stateAfter",
  clockOf: (name: string) => ClockFit = () => IN_TIME,
) {
  return hosts.flatMap((host) => {
    const state = host[which];
    const clock = clockOf(host.name);
    return state === null ? [] : [{ name: host.name, state, clock: (time: bigint) => corrected(time, clock) }];
  });
}

async function crossingsIn(captures: readonly CaptureInput[], state: SystemState) {
  const sights = new EdgeSights(state);
  await drive(captures, { push: (packet) => sights.push(packet), advance: () => {} }, { naming: namingOf(state) });
  return sights.crossings();
}

// A host whose state was read but once stands in the state after as it was before.
function withUnread(after: SystemState, before: SystemState): SystemState {
  return { ...after, namespaces: new Map([...before.namespaces, ...after.namespaces]) };
}

function mergedNeighbours(before: SystemState, after: SystemState): Pick<SystemState, "namespaces"> {
  const namespaces = new Map(
    [...before.namespaces].map(([key, ns]) => {
      const neighbours = [...(ns.neighbours ?? []), ...(after.namespaces.get(key)?.neighbours ?? [])];
      return [key, { ...ns, neighbours }] as const;
    }),
  );
  return { namespaces };
}
