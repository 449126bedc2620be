// The path a ping should take by the state of the system: one honest walk through the kernel's decisions, in its order.

import { ANY_IPV4, type Ipv4 } from "../model/address.ts";
import type { Code } from "../model/code.ts";
import type { Evidence } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import type { SystemState } from "../model/system-state.ts";
import { text, verbatim } from "../model/text.ts";
import { type Attempt, type Disposition, stepsOf, type Trace } from "../model/trace.ts";
import { renderedLines } from "../system/rendered-lines.ts";
import { namedForTranslation } from "./answer/published.ts";
import { stopped, withFacts } from "./hits.ts";
import { withoutInvented } from "./invented.ts";
import { deadPathHit } from "./send/multipath.ts";
import { sendPing } from "./send/send.ts";
import { STACK } from "./stack.ts";
import { typeset } from "./typeset.ts";
import { type Choices, hopsOf, makeStep, type OpenQuestion, Walk } from "./walk.ts";

const LOCALHOST = 0x7f000001 as Ipv4;
/** How many faults behind each other are looked for. */
const MOST_FAULTS = 5;
/** Ways that are followed. */
const MOST_PATHS = 16;

/** The state without the fault that stopped a walk, to see what would stop it next; null where nobody assumes one. */
type Assume = (state: SystemState, hit: CauseHit) => SystemState | null;

/** Walks one ping through the state; where state leaves a few ways open, it goes on only as far as they agree. */
export function predict(state: SystemState, attempt: Attempt, assume: Assume | null = null): Trace {
  const walks = walkAll(state, attempt);
  const traces = tracesOf(state, attempt, walks, assume);
  const [first, ...others] = traces;
  if (isWhole(walks) && others.every((other) => sameEnd(first, other))) return first;
  return undecided(first, traces, walks);
}

/** One trace for each way that state leaves open: the next hops of a multipath route, an XDP program that may drop. */
export function predictPaths(
  state: SystemState,
  attempt: Attempt,
  assume: Assume | null = null,
): readonly [Trace, ...Trace[]] {
  return tracesOf(state, attempt, walkAll(state, attempt), assume);
}

function tracesOf(
  state: SystemState,
  attempt: Attempt,
  walks: readonly Walked[],
  assume: Assume | null,
): readonly [Trace, ...Trace[]] {
  const cut = isWhole(walks) ? {} : { waysFollowed: walks.length };
  return walks.map((walked) => ({ ...traceOf(state, attempt, walked, assume), ...cut })) as [Trace, ...Trace[]];
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

// More ways than are followed may end in more ways than were seen.
function isWhole(walks: readonly Walked[]): boolean {
  const last = walks.at(-1);
  return walks.length < MOST_PATHS || last === undefined || nextChoice(last.walk.choices) === null;
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
  const alsoAs = [disposition.hit, ...(disposition.alsoAs ?? [])];
  return { walk, disposition: { kind: "stopped", hit, alsoAs }, mechanism: disposition };
}

function sameEnd(a: Trace, b: Trace): boolean {
  const end = ({ disposition: one, heard }: Trace): string =>
    JSON.stringify([one.kind, one.kind === "stopped" ? [one.hit.code, one.hit.netns] : null, heard ?? null]);
  return end(a) === end(b);
}

// The first choice by which two walks part that end differently.
function questionBetween(walks: readonly Walked[]): OpenQuestion {
  const [first, ...others] = walks as [Walked, ...Walked[]];
  const { taken, questions } = first.walk.choices;
  const other = others.find(({ disposition }) => codeOf(disposition) !== codeOf(first.disposition)) ?? others[0];
  const at = taken.findIndex((way, index) => way !== other?.walk.choices.taken[index]);
  const unnamed = text("which way does this packet take?", "这个包走哪条路？");
  return questions[at] ?? { text: unnamed, missing: [], state: [] };
}

function codeOf(disposition: Disposition): string {
  return disposition.kind === "stopped" ? disposition.hit.code : disposition.kind;
}

function candidatesOf(disposition: Disposition): readonly Code[] {
  if (disposition.kind === "stopped") return [disposition.hit.code];
  return disposition.kind === "open" ? disposition.candidates : [];
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
  const { text: asked, missing, state } = questionBetween(walks);
  const question = typeset(asked);
  const candidates = [...new Set(traces.flatMap(({ disposition }) => candidatesOf(disposition)))];
  const { heard: _, ...rest } = first;
  const kept = new Set(agreed.map(({ branch }) => branch));
  return {
    ...rest,
    hops: hopsOf([...agreed, makeStep({ kind: "open", leg: "request", netns, text: question, state })]),
    branches: first.branches?.filter(({ n }) => kept.has(n)) ?? [],
    disposition: { kind: "open", netns, missing, question, candidates },
    remarks: stops
      .filter((hit, at) => stops.findIndex((other) => other.code === hit.code && other.netns === hit.netns) === at)
      .map((hit) => ({ ...hit, certainty: "possible" })),
    evidence: first.evidence,
  };
}

function traceOf(
  state: SystemState,
  attempt: Attempt,
  { walk, disposition, mechanism }: Walked,
  assume: Assume | null,
): Trace {
  const remarks = [...(mechanism ? [mechanism.hit] : []), ...walk.remarks];
  for (const hit of laterFaults(assume, state, {
    attempt,
    first: mechanism ?? disposition,
    preset: walk.choices.taken,
  })) {
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
    branches: walk.branches,
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
  const walk = new Walk(state, withDestination(attempt), preset);
  const disposition = withService(namedForTranslation(walk, sendPing(walk, STACK)), attempt);
  for (const [at, remark] of walk.remarks.entries()) walk.remarks[at] = ofService(remark, attempt);
  return { walk, disposition };
}

// Causes are told of a connection otherwise than of a ping.
function withService(disposition: Disposition, attempt: Attempt): Disposition {
  if (disposition.kind !== "stopped") return disposition;
  const { hit, alsoAs } = disposition;
  return stopped(
    ofService(hit, attempt),
    alsoAs?.map((one) => ofService(one, attempt)),
  );
}

function ofService(hit: CauseHit, { transport }: Attempt): CauseHit {
  if (transport === undefined) return hit;
  const { protocol, destinationPort } = transport;
  return withFacts(hit, { protocol, service: hit.facts.service ?? String(destinationPort) });
}

// ip_route_output_key_hash_rcu: 0.0.0.0 is the host itself, by the source that was bound, else by 127.0.0.1; ping then sends there.
function withDestination(attempt: Attempt): Attempt {
  return attempt.destination === ANY_IPV4 ? { ...attempt, destination: attempt.source ?? LOCALHOST } : attempt;
}

/** What is asked, where it stopped first, and the choices of that walk. */
interface Start {
  readonly attempt: Attempt;
  readonly first: Disposition;
  readonly preset: readonly number[];
}

// With the first fault mended, what would stop it next? In the order in which a person must mend them.
function laterFaults(assume: Assume | null, state: SystemState, { attempt, first, preset }: Start): CauseHit[] {
  const found: CauseHit[] = [];
  let current = state;
  let disposition = first;
  for (let i = 0; i < MOST_FAULTS && disposition.kind === "stopped"; i++) {
    const mended = assume?.(current, disposition.hit) ?? null;
    if (mended === null) break;
    const before: CauseHit = disposition.hit;
    disposition = walkOnce(mended, attempt, preset).disposition;
    current = mended;
    if (disposition.kind !== "stopped") break;
    const { hit } = disposition;
    if (hit.code === before.code && hit.netns === before.netns && hit.interface === before.interface) break;
    found.push(hit);
  }
  if (found.length === 0) return found;
  const rendered = renderedLines(state);
  return found.map((hit) => ({ ...withoutInvented(hit, rendered), behind: true }));
}

function quotedState(walk: Walk): Evidence[] {
  const seen = new Set<string>();
  const evidence: Evidence[] = [];
  for (const state of [...walk.steps.flatMap((step) => step.state), ...walk.notLoaded.values()]) {
    const key = `${state.netns}\n${state.key}\n${state.line}`;
    if (seen.has(key)) continue;
    seen.add(key);
    evidence.push({ basis: state.assumed ? "inferred" : "state", text: verbatim(state.line), state });
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
