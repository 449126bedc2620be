// The path a ping should take by the state of the system: one honest walk through the kernel's decisions, in its order.

import type { Evidence } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import type { SystemState } from "../model/system-state.ts";
import { verbatim } from "../model/text.ts";
import type { Attempt, Disposition, Trace } from "../model/trace.ts";
import { emit } from "./predict/emit.ts";
import { mend } from "./predict/mend.ts";
import { receive } from "./predict/receive.ts";
import { sendPing } from "./predict/send.ts";
import { type Stack, Walk } from "./predict/walk.ts";

const STACK: Stack = { emit, receive };
/** How many faults behind each other are looked for. */
const MOST_FAULTS = 5;

/** Walks one ping through the state: its steps, where it ends, and what to know besides. */
export function predict(state: SystemState, attempt: Attempt): Trace {
  const { walk, disposition } = walkOnce(state, attempt);
  const remarks = [...walk.remarks];
  for (const hit of laterFaults(state, attempt, disposition)) {
    if (!remarks.some((r) => r.code === hit.code && r.netns === hit.netns && r.interface === hit.interface))
      remarks.push(hit);
  }
  const heard =
    disposition.kind === "open" || disposition.kind === "exits"
      ? walk.heard
      : (walk.heard ?? { kind: "nothing" as const });
  return {
    attempt,
    hops: walk.hops(),
    disposition,
    remarks,
    source: walk.source,
    nextHop: walk.nextHop,
    evidence: quotedState(walk),
    assumed: assumedParts(walk),
    ...(heard === null ? {} : { heard }),
  };
}

function walkOnce(state: SystemState, attempt: Attempt): { walk: Walk; disposition: Disposition } {
  const walk = new Walk(state, attempt, STACK);
  const disposition = sendPing(walk);
  return { walk, disposition };
}

// With the first fault mended, what would stop it next? In the order in which a person must mend them.
function laterFaults(state: SystemState, attempt: Attempt, first: Disposition): CauseHit[] {
  const found: CauseHit[] = [];
  let current = state;
  let disposition = first;
  for (let i = 0; i < MOST_FAULTS && disposition.kind === "stopped"; i++) {
    const mended = mend(current, disposition.hit);
    if (mended === null) break;
    const before: CauseHit = disposition.hit;
    disposition = walkOnce(mended, attempt).disposition;
    current = mended;
    if (disposition.kind !== "stopped") break;
    const { hit } = disposition;
    if (hit.code === before.code && hit.netns === before.netns && hit.interface === before.interface) break;
    found.push(hit);
  }
  return found;
}

function quotedState(walk: Walk): Evidence[] {
  const seen = new Set<string>();
  const evidence: Evidence[] = [];
  for (const step of walk.steps) {
    for (const state of step.state) {
      const key = `${state.netns}\n${state.key}\n${state.line}`;
      if (seen.has(key)) continue;
      seen.add(key);
      evidence.push({ basis: state.assumed ? "inferred" : "state", text: verbatim(state.line), state });
    }
  }
  return evidence;
}

// Parts of the state that no step asked for by name but that the walk stood on.
function assumedParts(walk: Walk): string[] {
  for (const netns of new Set(walk.steps.map((s) => s.netns))) {
    const ns = walk.namespace(netns);
    if (!ns) continue;
    if (ns.rules === undefined) walk.assume(netns, "rule");
    if (ns.neighbours === undefined) walk.assume(netns, "neigh");
  }
  return [...walk.assumed];
}
