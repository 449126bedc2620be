// The runs of this process that stand now, taken down however the process ends; and those that a dead one left.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { toolPath } from "../tool-environment.ts";
import { children } from "./command.ts";
import { isDead, ownerOf } from "./run-name.ts";

const alive = new Set<string>();
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Notes that the namespaces of a run are being made: from here on no end of this process leaves them behind. */
export function enter(run: string): void {
  if (alive.size === 0) {
    process.on("exit", takeDownAll);
    for (const signal of SIGNALS) process.on(signal, onSignal);
  }
  alive.add(run);
}

/** Notes that a run is taken down. */
export function leave(run: string): void {
  alive.delete(run);
  if (alive.size > 0) return;
  process.off("exit", takeDownAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

/** The namespaces with a name on this machine. */
export function namedNamespaces(): string[] {
  try {
    return readdirSync("/run/netns").sort();
  } catch {
    return [];
  }
}

/** The namespaces that a run has made so far. */
export function namespacesOfRun(run: string): string[] {
  return namedNamespaces().filter((name) => ownerOf(name)?.run === run);
}

/** The namespaces of runs whose process is gone. */
export function namespacesOfDeadRuns(): string[] {
  return namedNamespaces().filter((name) => {
    const owner = ownerOf(name);
    return owner !== null && isDead(owner);
  });
}

function onSignal(signal: NodeJS.Signals): void {
  takeDownAll();
  for (const other of SIGNALS) process.off(other, onSignal);
  // Nobody else listens: end as the signal would have ended us. Else the other listener decides.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

// Synchronous, since nothing else runs any more when a process exits.
function takeDownAll(): void {
  for (const child of children) child.kill("SIGKILL");
  const names = [...alive].flatMap(namespacesOfRun);
  alive.clear();
  if (names.length === 0) return;
  spawnSync(toolPath("ip"), ["-force", "-batch", "-"], {
    input: names.map((name) => `netns delete ${name}\n`).join(""),
  });
}
