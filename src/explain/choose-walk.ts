// Which walk a flow is told by: of the state before, of the state after, or of a paste completed by what is usual.

import type { Flow } from "../model/flow.ts";
import type { SystemState } from "../model/system-state.ts";
import { type AssumedWalk, assumedWalk } from "./assumed-walk.ts";
import type { Case } from "./case.ts";
import type { Observed } from "./outcome.ts";
import { isStopped, type Walk, walkOf } from "./walk-of.ts";

/** The walk that was chosen, and what follows from how it was. */
export interface WalkChoice {
  readonly walk: Walk | null;
  /** It is the walk by the state after the run. */
  readonly isAfter: boolean;
  readonly assumed: AssumedWalk | null;
  /** Causes that the state before leaves, where it does not decide. */
  readonly candidates: readonly string[];
  readonly allAnswered: boolean;
}

const NOTHING_KNOWN: SystemState = { takenAt: null, kernel: null, namespaces: new Map() };

/** Chooses the walk that fits what was seen. */
export function chooseWalk(subject: Case, flow: Flow, observed: Observed): WalkChoice {
  const output = subject.asked.get(flow)?.output ?? null;
  // A ping that got no socket is explained without any state.
  const state = subject.state ?? (output?.socketRefused ? NOTHING_KNOWN : null);
  const walk = state ? walkOf(subject, state, flow, observed) : null;
  const after = walk && !walk.fits && subject.stateAfter ? walkOf(subject, subject.stateAfter, flow, observed) : null;
  const before = walk?.comparison.trace.disposition;
  // What would have stopped the packet did not, where all was answered.
  const allAnswered = observed.answered > 0 && observed.answered >= observed.sent;
  const candidates = before?.kind === "open" && !allAnswered ? before.candidates : [];
  // What the state before leaves open, a stop in the state after does not decide: the run itself may have led to it.
  const told = after?.fits && !(candidates.length > 0 && isStopped(after)) ? after : walk;
  const assumed =
    subject.pasted && subject.state && before?.kind === "open"
      ? assumedWalk(subject, subject.state, flow, observed)
      : null;
  const chosen = assumed?.walk ?? told;
  return { walk: chosen, isAfter: chosen !== null && chosen === after, assumed, candidates, allAnswered };
}
