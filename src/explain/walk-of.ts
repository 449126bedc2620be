// The walk that explains a flow: of what was attempted, by the state, as far as it agrees with what was seen.

import type { Flow } from "../model/flow.ts";
import type { SystemState } from "../model/system-state.ts";
import type { Trace } from "../model/trace.ts";
import { askerNamespace, attemptsOf } from "./attempt.ts";
import type { Case } from "./case.ts";
import { addressedTo, type Comparison, compare } from "./compare.ts";
import { type Observed, partsOf } from "./outcome.ts";
import { predictPaths } from "./predict.ts";
import { View } from "./view.ts";

/** A walk by state beside what was seen. */
export interface Walk {
  readonly comparison: Comparison;
  /** Whether what was seen is what the walk foresees: same end, nothing missing, nothing unforeseen. */
  readonly fits: boolean;
  /** Where only the requests that failed are what the walk foresees: the outcomes that were answered. */
  readonly rest: Flow | null;
  /** Another way that state leaves open fits as well, and ends otherwise. */
  readonly ambiguous?: boolean;
}

/** Whether the walk ends where the kernel stops the packet. */
export function isStopped(walk: Walk | null): boolean {
  return walk?.comparison.trace.disposition.kind === "stopped";
}

/** Of the attempts that would explain the flow, the one whose walk fits; else the first, so that the difference can be told. */
export function walkOf(subject: Case, state: SystemState, flow: Flow, observed: Observed): Walk | null {
  const view = subject.state === state ? subject.view : new View(state, subject.inputs, subject.flows);
  const asked = subject.asked.get(flow) ?? null;
  const named = asked?.netns ?? null;
  const known = named !== null && state.namespaces.has(named) ? named : askerNamespace(flow, state, view);
  // Without a socket nothing of the namespace matters.
  const netns = known ?? (asked?.output?.socketRefused ? (named ?? "") : null);
  if (netns === null) return null;
  const attempts = attemptsOf(flow, netns, asked);
  const traces = attempts.flatMap((attempt) => predictPaths(state, attempt));
  const walks = traces.map((trace): Walk => {
    const comparison = compare(trace, flow, view, subject.flows);
    return { comparison, fits: fits(comparison, observed), rest: null };
  });
  const fitting = walks.filter((w) => w.fits).sort((a, b) => b.comparison.seen - a.comparison.seen);
  const [best] = fitting;
  if (best)
    return { ...best, ambiguous: fitting.some((other) => sameAttempt(best, other) && endsOtherwise(best, other)) };
  return failedPart(subject, traces, flow, observed, view) ?? walks[0] ?? null;
}

function sameAttempt(a: Walk, b: Walk): boolean {
  return a.comparison.trace.attempt === b.comparison.trace.attempt && a.comparison.seen === b.comparison.seen;
}

function endsOtherwise(a: Walk, b: Walk): boolean {
  const [one, two] = [a.comparison.trace.disposition, b.comparison.trace.disposition];
  return one.kind !== two.kind || (one.kind === "stopped" && two.kind === "stopped" && one.hit.code !== two.hit.code);
}

// Where some requests were answered and some not, the walk may tell why those failed: the kernel mends itself meanwhile.
function failedPart(subject: Case, traces: readonly Trace[], flow: Flow, observed: Observed, view: View): Walk | null {
  const parts = partsOf(flow);
  if (parts === null || observed.answered === 0 || observed.answered >= observed.sent) return null;
  const walks = traces
    .filter((trace) => trace.disposition.kind === "stopped")
    .flatMap((trace) => parts.failed.map((part) => compare(trace, part, view, subject.flows)))
    .filter((comparison) => comparison.seen > 0 && fits(comparison, { ...observed, answered: 0 }))
    .sort((a, b) => b.seen - a.seen);
  return walks[0] ? { comparison: walks[0], fits: true, rest: parts.answered } : null;
}

function fits(comparison: Comparison, observed: Observed): boolean {
  const { trace, missing, unexpected } = comparison;
  if (unexpected.length > 0 || isAddressedOtherwise(comparison)) return false;
  switch (trace.disposition.kind) {
    case "answered":
      return observed.answered > 0 && missing === null;
    case "stopped":
      return observed.answered === 0 && missing === null;
    case "open":
    case "exits":
      return false;
  }
}

// Where the stop rests on a MAC address, frames to another one show that the state is not that of the moment.
function isAddressedOtherwise(comparison: Comparison): boolean {
  const { disposition } = comparison.trace;
  const mac = disposition.kind === "stopped" ? disposition.hit.facts.mac : undefined;
  if (mac === undefined) return false;
  const { so, otherwise } = addressedTo(comparison, mac);
  return so.length === 0 && otherwise.length > 0;
}
