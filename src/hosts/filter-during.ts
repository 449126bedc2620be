// What is captured on other hosts while a command runs here: what it does, as its words tell, behind their translations too.

import { DEFAULT_FILTER } from "../capture/backend.ts";
import { filterOfPlan } from "../live/run/connection-filter.ts";
import { planOf } from "../live/run/planned.ts";
import { ProblemError } from "../model/problem.ts";
import type { SystemState } from "../model/system-state.ts";
import { findNamespaces } from "../system/collect-namespaces.ts";

/** The filter for a host with this state. */
export type FilterOf = (state: SystemState) => string;

/** For this command, started on this machine. */
export async function filterDuring(argv: readonly string[]): Promise<FilterOf> {
  try {
    const plan = await planOf(argv, await findNamespaces());
    return (state) => filterOfPlan(plan, state);
  } catch (error) {
    // What is wrong with it is told by the run.
    if (!(error instanceof ProblemError)) throw error;
    return () => DEFAULT_FILTER;
  }
}
