// Runs a scenario: builds it, captures while its commands run, takes the state before and after, and leaves nothing.

import { setTimeout as sleep } from "node:timers/promises";
import type { Traced } from "../kernel/event.ts";
import { ownValue } from "../model/own-value.ts";
import { collectState } from "../system/collect.ts";
import type { StateFile } from "../system/state-file.ts";
import { build, demolish, sweep } from "./build.ts";
import { inside, start } from "./command.ts";
import { enter, leave, namespacesOfRun } from "./registry.ts";
import { newRun, realName, UNSEEN } from "./run-name.ts";
import { capturePlaces, interfacesOf, type LabCommand, ownNamespaces, type Scenario, splitPlace } from "./scenario.ts";
import { openTaps, type Tap } from "./taps.ts";
import { traceLab } from "./trace.ts";

/** A command of the scenario and how it went. */
export interface Ran {
  readonly netns: string;
  readonly argv: readonly string[];
  readonly exitCode: number | null;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

/** What of a scenario a run needs; the rest is what it is about. */
export type Staged = Pick<
  Scenario,
  "name" | "namespaces" | "links" | "elsewhere" | "before" | "meanwhile" | "during" | "commands" | "capture" | "stamps"
>;

/** Everything a run has shown, with the scenario's own names for the namespaces. */
export interface Recording<S extends Staged = Scenario> {
  readonly scenario: S;
  readonly state: StateFile;
  readonly stateAfter: StateFile;
  readonly commands: readonly Ran[];
  readonly taps: readonly Tap[];
  /** What the kernel told of drops; null where it could not be asked. */
  readonly kernel: Traced | null;
}

/** An ARP round is 3 questions, 1 s apart (mcast_solicit, retrans_time); a round begun by the last packet ends in view. */
const AFTER_FAILURE_MS = 3300;
const AFTER_SUCCESS_MS = 200;

/** Runs the scenario in namespaces of its own; they are gone when this returns or throws. */
export async function runLab(scenario: Scenario, onOutput?: (ran: Ran) => void): Promise<Recording> {
  return withLab(scenario, (realNameOf) => recordStanding(scenario, realNameOf, onOutput));
}

/** Runs the commands of a scenario that stands already, with all that is recorded of them. */
export async function recordStanding<S extends Staged>(
  scenario: S,
  realNameOf: (logical: string) => string,
  onOutput?: (ran: Ran) => void,
): Promise<Recording<S>> {
  for (const command of scenario.before ?? []) await runCommand(command, realNameOf);
  const places = capturePlaces(scenario).map(splitPlace);
  const taps = await openTaps(
    places.map((place) => ({ ...place, realName: realNameOf(place.netns) })),
    scenario.stamps,
    Object.values(scenario.namespaces).some(({ listens }) => listens !== undefined),
  );
  const tracing = traceLab(
    places.map((place) => place.interface),
    (scenario.elsewhere ?? []).flatMap((name) => interfacesOf(scenario, name)),
  );
  try {
    const state = await stateOf(scenario, realNameOf);
    for (const command of scenario.meanwhile ?? []) await runCommand(command, realNameOf);
    const commands: Ran[] = [];
    const changes = (scenario.during ?? []).map(({ afterMs, ...command }) =>
      sleep(afterMs).then(() => runCommand(command, realNameOf)),
    );
    // What goes wrong with one of them is told where all are waited for.
    for (const change of changes) change.catch(() => undefined);
    for (const command of scenario.commands) {
      const ran = await runCommand(command, realNameOf, tracing.began);
      commands.push(ran);
      onOutput?.(ran);
      await sleep(ran.exitCode === 0 ? AFTER_SUCCESS_MS : AFTER_FAILURE_MS);
    }
    await Promise.all(changes);
    const stateAfter = await stateOf(scenario, realNameOf);
    const seen = await taps.close();
    return { scenario, state, stateAfter, commands, taps: seen, kernel: tracing.finish(seen) };
  } finally {
    tracing.abandon();
    await taps.abandon();
  }
}

/** Builds the scenario for as long as `work` takes; `work` learns the real names of its namespaces. */
export async function withLab<T>(
  scenario: Scenario,
  work: (realNameOf: (logical: string) => string) => Promise<T>,
): Promise<T> {
  return withRun(async (realNameOf) => {
    await build(scenario, realNameOf);
    return work(realNameOf);
  });
}

/** Namespaces with the names that `work` is given are gone when this returns or throws. */
export async function withRun<T>(work: (realNameOf: (logical: string) => string) => Promise<T>): Promise<T> {
  await sweep();
  const run = newRun();
  const realNameOf = (logical: string) => realName(run, logical);
  enter(run);
  try {
    return await work(realNameOf);
  } finally {
    await demolish(namespacesOfRun(run));
    leave(run);
  }
}

/** Runs one command in its namespace; `began` hears of its process. */
export async function runCommand(
  command: LabCommand,
  realNameOf: (logical: string) => string,
  began: (pid: number) => void = () => undefined,
): Promise<Ran> {
  const running = start(inside(realNameOf(command.netns), command.argv));
  if (running.child.pid !== undefined) began(running.child.pid);
  const done = await running.finished;
  return { netns: command.netns, argv: command.argv, exitCode: done.exitCode, output: done.output };
}

// The names of the run stand in link_netns and in the list of namespace ids, besides the keys.
async function stateOf(scenario: Staged, realNameOf: (logical: string) => string): Promise<StateFile> {
  const names = ownNamespaces(scenario);
  const state = await collectState({ namespaces: names.map(realNameOf), current: false });
  let json = JSON.stringify(state);
  for (const name of names) json = json.replaceAll(JSON.stringify(realNameOf(name)), JSON.stringify(name));
  for (const unseen of [UNSEEN, ...(scenario.elsewhere ?? [])])
    json = json.replaceAll(`,"name":${JSON.stringify(realNameOf(unseen))}`, "");
  if (json.includes(realNameOf(""))) throw new Error(`${scenario.name}: the state names a namespace of the run`);
  const renamed = JSON.parse(json) as StateFile;
  for (const name of names)
    if (!ownValue(renamed.namespaces, name)) throw new Error(`${scenario.name}: no state of ${name}`);
  return renamed;
}
