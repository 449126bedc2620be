// The walk that explains a flow: of what was attempted, by the state, as far as it agrees with what was seen.

import type { Flow } from "../model/flow.ts";
import type { Printed } from "../model/printed.ts";
import type { SystemState } from "../model/system-state.ts";
import { stepsOf, type Trace } from "../model/trace.ts";
import { askerNamespace, attemptsOf } from "./attempt.ts";
import type { Case } from "./case.ts";
import { addressedTo, type Comparison, compare } from "./compare.ts";
import { type Observed, partsOf } from "./outcome.ts";
import { predictPaths } from "./predict.ts";
import { arrivalsOf, predictArrival } from "./predict-arrival.ts";
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
export function isStopped(walk: Walk | null): walk is Walk {
  return walk?.comparison.trace.disposition.kind === "stopped";
}

/** Of the attempts that would explain the flow, the one whose walk fits; else the first, so that the difference can be told. */
export function walkOf(subject: Case, state: SystemState, flow: Flow, observed: Observed): Walk | null {
  const view = subject.state === state ? subject.view : new View(state, subject.inputs, subject.flows);
  const asked = subject.asked.get(flow) ?? null;
  const named = asked?.netns ?? null;
  // What was typed on a host of which the paste tells nothing was not typed on one of which it does.
  const elsewhere = named !== null && subject.pasted && !state.namespaces.has(named);
  const known =
    named !== null && state.namespaces.has(named) ? named : elsewhere ? null : askerNamespace(flow, state, view);
  // Without a socket nothing of the namespace matters.
  const netns = known ?? (asked?.output?.socketRefused ? (named ?? "") : null);
  if (netns === null) return arrivalWalk(subject, state, flow, observed, view);
  const attempts = attemptsOf(flow, netns, asked, state);
  const traces = attempts.flatMap((attempt) => predictPaths(state, attempt));
  const walks = traces.map((trace): Walk => {
    const comparison = compare(trace, flow, view, subject.flows);
    return { comparison, fits: fits(comparison, observed) && agrees(trace, flow.printed), rest: null };
  });
  const fitting = walks.filter((w) => w.fits).sort((a, b) => b.comparison.seen - a.comparison.seen);
  const [best] = fitting;
  if (best)
    return { ...best, ambiguous: fitting.some((other) => sameAttempt(best, other) && endsOtherwise(best, other)) };
  const own = failedPart(subject, traces, flow, observed, view) ?? walks[0] ?? null;
  if (own === null || own.fits || own.comparison.trace.disposition.kind !== "open" || own.comparison.seen > 0)
    return own;
  const arrival = arrivalWalk(subject, state, flow, observed, view);
  return arrival?.fits ? arrival : own;
}

// The asker's side is not known, but the host where the question came in is.
function arrivalWalk(subject: Case, state: SystemState, flow: Flow, observed: Observed, view: View): Walk | null {
  if (observed.answered > 0) return null;
  const walks = arrivalsOf(flow, state, view).map((arrived): Walk => {
    const comparison = compare(predictArrival(state, flow, arrived), flow, view, subject.flows);
    return { comparison, fits: fits(comparison, observed), rest: null };
  });
  return (
    walks.find((walk) => walk.fits) ?? walks.find((walk) => walk.comparison.trace.disposition.kind === "open") ?? null
  );
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

// What ping printed must be what the walk lets it hear. Silence agrees with everything: errors are rate-limited, come
// late, and are hidden by -I; of `sendmsg` ping says little.
function agrees(trace: Trace, printed: Printed | undefined): boolean {
  const { heard, disposition } = trace;
  if (!printed || printed.answers > 0 || heard === undefined || disposition.kind !== "stopped") return true;
  const said = printed.errors.filter(({ icmp }) => icmp !== null && icmp.type !== 5);
  if (said.length > 0) {
    // A socket bound to an interface is not told what comes in by lo, but older pings were.
    if (heard.kind !== "icmp-error")
      return (
        said.every(({ icmp, own }) => own === true && icmp?.type === 3 && icmp.code === 1) &&
        stepsOf(trace).some((step) => step.kind === "icmp-error")
      );
    if (!said.some(({ icmp }) => icmp?.type === heard.type && icmp.code === heard.code)) return false;
  }
  const refused = printed.refusals.filter(
    ({ call, errno }) => errno !== null && (call === "connect" || call === "bind"),
  );
  if (refused.length === 0)
    return heard.kind !== "error" || heard.call === "sendmsg" || !(Number(printed.transmitted) > 0);
  return heard.kind === "error" && refused.some(({ errno }) => errno === heard.errno);
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
