// The path a ping should take by the state of the system: one honest walk through the kernel's decisions, in its order.

import type { Evidence } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Text, text, verbatim } from "../model/text.ts";
import { type Attempt, type Disposition, stepsOf, type Trace } from "../model/trace.ts";
import { emit } from "./predict/emit.ts";
import { mend } from "./predict/mend.ts";
import { deadPathHit } from "./predict/multipath.ts";
import { receive } from "./predict/receive.ts";
import { sendPing } from "./predict/send.ts";
import { typeset } from "./predict/typeset.ts";
import { type Choices, hopsOf, makeStep, type Stack, Walk } from "./predict/walk.ts";

const STACK: Stack = { emit, receive };
/** How many faults behind each other are looked for. */
const MOST_FAULTS = 5;
/** Ways that are followed. */
const MOST_PATHS = 16;

/** Walks one ping through the state; where state leaves a few ways open, it goes on only as far as they agree. */
export function predict(state: SystemState, attempt: Attempt): Trace {
  const walks = walkAll(state, attempt);
  const traces = walks.map((walked) => traceOf(state, attempt, walked));
  const [first, ...others] = traces as [Trace, ...Trace[]];
  if (others.every((other) => sameEnd(first, other))) return first;
  return undecided(first, traces, walks);
}

/** One trace for each way that state leaves open: the next hops of a multipath route, an XDP program that may drop. */
export function predictPaths(state: SystemState, attempt: Attempt): readonly [Trace, ...Trace[]] {
  return walkAll(state, attempt).map((walked) => traceOf(state, attempt, walked)) as [Trace, ...Trace[]];
}

function walkAll(state: SystemState, attempt: Attempt): Walked[] {
  const walks: Walked[] = [];
  for (let preset: number[] | null = []; preset !== null && walks.length < MOST_PATHS; ) {
    const walked = walkOnce(state, attempt, preset);
    walks.push(walked);
    preset = nextChoice(walked.walk.choices);
  }
  return walks.map((walked) => namedForPath(walked, walks));
}

// Counts on at the last place where a walk had another way to go.
function nextChoice({ taken, of }: Choices): number[] | null {
  for (let at = taken.length - 1; at >= 0; at--) {
    const next = (taken[at] as number) + 1;
    if (next < (of[at] as number)) return [...taken.slice(0, at), next];
  }
  return null;
}

// A next hop that is dead while another one of the same route is not: that is the story, and its mechanism comes second.
function namedForPath(walked: Walked, all: readonly Walked[]): Walked {
  const { walk, disposition } = walked;
  const { dead } = walk;
  if (dead === null || disposition.kind !== "stopped") return walked;
  const isDead = (other: Walked): boolean =>
    other.walk.dead !== null &&
    other.walk.dead.netns === dead.netns &&
    other.walk.dead.route.route?.line === dead.route.route?.line;
  if (all.every(isDead)) return walked;
  const hit = deadPathHit(walk, dead, disposition.hit);
  return { walk, disposition: { kind: "stopped", hit }, mechanism: disposition };
}

function sameEnd(a: Trace, b: Trace): boolean {
  const end = ({ disposition: one, heard }: Trace): string =>
    JSON.stringify([one.kind, one.kind === "stopped" ? [one.hit.code, one.hit.netns] : null, heard ?? null]);
  return end(a) === end(b);
}

// The first choice by which two walks part that end differently.
function questionBetween(walks: readonly Walked[]): Text {
  const [first, ...others] = walks as [Walked, ...Walked[]];
  const { taken, questions } = first.walk.choices;
  const other = others.find(({ disposition }) => codeOf(disposition) !== codeOf(first.disposition)) ?? others[0];
  const at = taken.findIndex((way, index) => way !== other?.walk.choices.taken[index]);
  return questions[at] ?? text("which way does this packet take?", "这个包走哪条路？");
}

function codeOf(disposition: Disposition): string {
  return disposition.kind === "stopped" ? disposition.hit.code : disposition.kind;
}

function undecided(first: Trace, traces: readonly Trace[], walks: readonly Walked[]): Trace {
  const steps = stepsOf(first);
  const differs = steps.findIndex((step, at) =>
    traces.some((trace) => {
      const other = stepsOf(trace)[at];
      return other === undefined || other.text.en !== step.text.en || other.netns !== step.netns;
    }),
  );
  const agreed = differs < 0 ? steps : steps.slice(0, differs);
  const netns = steps[differs]?.netns ?? first.attempt.netns;
  const stops = traces.flatMap(({ disposition }) => (disposition.kind === "stopped" ? [disposition.hit] : []));
  const question = typeset(questionBetween(walks));
  const candidates = [...new Set(stops.map((hit) => hit.code))];
  const { heard: _, ...rest } = first;
  return {
    ...rest,
    hops: hopsOf([...agreed, makeStep({ kind: "open", leg: "request", netns, text: question })]),
    disposition: { kind: "open", netns, missing: [], question, candidates },
    remarks: stops
      .filter((hit, at) => stops.findIndex((other) => other.code === hit.code && other.netns === hit.netns) === at)
      .map((hit) => ({ ...hit, certainty: "possible" })),
    evidence: first.evidence,
  };
}

function traceOf(state: SystemState, attempt: Attempt, { walk, disposition, mechanism }: Walked): Trace {
  const remarks = [...(mechanism ? [mechanism.hit] : []), ...walk.remarks];
  for (const hit of laterFaults(state, attempt, mechanism ?? disposition, walk.choices.taken)) {
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

interface Walked {
  readonly walk: Walk;
  readonly disposition: Disposition;
  /** What the walk itself stopped with, where another cause tells more. */
  readonly mechanism?: Extract<Disposition, { kind: "stopped" }>;
}

function walkOnce(state: SystemState, attempt: Attempt, preset: readonly number[]): Walked {
  const walk = new Walk(state, attempt, STACK, preset);
  const disposition = sendPing(walk);
  return { walk, disposition };
}

// With the first fault mended, what would stop it next? In the order in which a person must mend them.
function laterFaults(state: SystemState, attempt: Attempt, first: Disposition, preset: readonly number[]): CauseHit[] {
  const found: CauseHit[] = [];
  let current = state;
  let disposition = first;
  for (let i = 0; i < MOST_FAULTS && disposition.kind === "stopped"; i++) {
    const mended = mend(current, disposition.hit);
    if (mended === null) break;
    const before: CauseHit = disposition.hit;
    disposition = walkOnce(mended, attempt, preset).disposition;
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
