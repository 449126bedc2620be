// Further faults behind the first one: the state as a cause assumes it for the rest of the walk.

import type { Cause } from "../model/cause.ts";
import type { CauseHit } from "../model/finding.ts";
import type { SystemState } from "../model/system-state.ts";
import { applyAll } from "./edits.ts";

/** The state without a fault, as its cause among these assumes it; null where it assumes nothing. */
export function assumedBy(causes: readonly Cause[]): (state: SystemState, hit: CauseHit) => SystemState | null {
  const byCode = new Map(causes.map((cause) => [cause.code, cause]));
  return (state, hit) => {
    const edits = byCode.get(hit.code)?.assumes?.(hit, state) ?? [];
    return edits.length === 0 ? null : applyAll(state, edits);
  };
}
