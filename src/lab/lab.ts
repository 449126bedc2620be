// The lab as the command line sees it: list, run, record, put up and take down.

import { nearest } from "../model/nearest.ts";
import { ProblemError } from "../model/problem.ts";
import { text } from "../model/text.ts";
import { build, demolish, sweep } from "./build.ts";
import { writeBundle } from "./record.ts";
import { namedNamespaces } from "./registry.ts";
import { standingName, standingScenario } from "./run-name.ts";
import { type Ran, type Recording, runLab } from "./runner.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";

export type { Ran, Recording } from "./runner.ts";
export type { Scenario } from "./scenario.ts";

/** All scenarios, in the order of their names. */
export function listScenarios(): readonly Scenario[] {
  return scenarios;
}

/** The scenario of that name; a `ProblemError` that names the nearest where there is none. */
export function scenarioByName(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found) return found;
  const meant = nearest(
    name,
    scenarios.map((scenario) => scenario.name),
  );
  const instead = meant === null ? text("", "") : text(` Did you mean ${meant}?`, `是不是 ${meant}？`);
  throw new ProblemError({
    kind: "no-such-scenario",
    severity: "error",
    place: name,
    text: text(
      `There is no scenario ${name}.${instead.en} pktwhy lab list shows them all.`,
      `没有名为 ${name} 的场景。${instead.zh}pktwhy lab list 会列出全部场景。`,
    ),
  });
}

/** Runs a scenario and takes it down; `onOutput` hears of each command as it ends. */
export async function runScenario(name: string, onOutput?: (ran: Ran) => void): Promise<Recording> {
  return runLab(scenarioByName(name), onOutput);
}

/** Runs a scenario and writes its bundle into the directory; returns the names of the files. */
export async function record(name: string, directory: string): Promise<string[]> {
  return writeBundle(await runScenario(name), directory);
}

/** Builds a scenario and leaves it standing; returns the real name of each of its namespaces. */
export async function up(name: string): Promise<ReadonlyMap<string, string>> {
  const scenario = scenarioByName(name);
  await sweep();
  if (standingNamespaces(name).length > 0) {
    throw new ProblemError({
      kind: "already-up",
      severity: "error",
      place: name,
      text: text(
        `${name} is up already. Take it down first: pktwhy lab down ${name}`,
        `${name} 已经在运行。请先把它拆除：pktwhy lab down ${name}`,
      ),
    });
  }
  const realNameOf = (logical: string) => standingName(name, logical);
  try {
    await build(scenario, realNameOf);
  } catch (error) {
    await demolish(standingNamespaces(name));
    throw error;
  }
  return new Map(Object.keys(scenario.namespaces).map((logical) => [logical, realNameOf(logical)]));
}

/** Takes down what `up` left standing: one scenario, or all; returns the names of the namespaces that are gone. */
export async function down(name?: string): Promise<string[]> {
  const names = standingNamespaces(name);
  await demolish(names);
  return [...names, ...(await sweep())];
}

function standingNamespaces(scenario?: string): string[] {
  return namedNamespaces().filter((name) => {
    const standing = standingScenario(name);
    return standing !== null && (scenario === undefined || standing === scenario);
  });
}
