// The state of a case for what is asked of it without a packet: of one machine or of several hosts together.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SystemState } from "../model/system-state.ts";
import { HOSTS_FILE } from "./hosts/hosts-file.ts";
import { type CaseCommand, commandsOf, noState, readCase } from "./whole-case.ts";

/** What can be asked of a case without its packets. */
export interface CaseSystem {
  readonly path: string;
  readonly state: SystemState;
  /** What was typed, pings and others; empty where nothing tells it. */
  readonly commands: readonly CaseCommand[];
}

/** Reads a state file, a bundle, or a case of several hosts; throws a ProblemError where there is no state. */
export async function systemOfCase(path: string): Promise<CaseSystem> {
  if (!existsSync(join(path, HOSTS_FILE))) return readCase(path);
  const { joinedHosts } = await import("./hosts/read-hosts.ts");
  const { state, run } = await joinedHosts(path);
  if (state.namespaces.size === 0) throw noState(path);
  return { path, state, commands: commandsOf(run, state) };
}
