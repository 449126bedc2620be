// Which walk a flow is told by: of the state before, of the state after, or of a paste completed by what is usual.

import type { Code } from "../model/code.ts";
import { type Flow, failedLate } from "../model/flow.ts";
import type { SystemState } from "../model/system-state.ts";
import type { WhyLog } from "../model/why.ts";
import type { Case } from "./case.ts";
import type { Observed } from "./outcome.ts";
import { type ComparedWalk, explainsLoss, isOpening, isStopped, walkOf } from "./walk-of.ts";
import { tellChosen, tellingOf } from "./why.ts";
import { searchWorlds, type Worlds } from "./worlds/search.ts";
import { hasMadeRule, type World } from "./worlds/world.ts";

/** The walk that was chosen, and what follows from how it was. */
export interface WalkChoice {
  readonly walk: ComparedWalk | null;
  /** It is the walk by a state that came later than the one before. */
  readonly isAfter: boolean;
  /** The state that was walked through. */
  readonly state: SystemState | null;
  /** Which systems would yield what was seen, where the state leaves that open; null where it was not asked. */
  readonly worlds: Worlds | null;
  /** The one of them that the walk is through. */
  readonly world: World | null;
  /** Causes that the state before leaves, where it does not decide. */
  readonly candidates: readonly Code[];
  readonly allAnswered: boolean;
}

function isPartlyAnswered({ answered, sent }: Observed): boolean {
  return answered > 0 && answered < sent;
}

const NOTHING_KNOWN: SystemState = { takenAt: null, kernel: null, namespaces: new Map() };

// Of the states that came later, the first that explains it; where none does, what the last of them says.
function laterWalk(
  subject: Case,
  flow: Flow,
  observed: Observed,
  before: ComparedWalk,
  why: WhyLog | null,
): { readonly walk: ComparedWalk; readonly state: SystemState } | null {
  const states = subject.tried ?? [...(subject.between ?? []), ...(subject.stateAfter ? [subject.stateAfter] : [])];
  let last: { readonly walk: ComparedWalk; readonly state: SystemState } | null = null;
  for (const state of states) {
    const walk = walkOf(subject, state, flow, observed, tellingOf(why, "after"));
    last = walk !== null && (!before.fits || walk.rest !== null) ? { walk, state } : null;
    if (last?.walk.fits) break;
  }
  return last;
}

/** Chooses the walk that fits what was seen; `why` is told of every one that was tried. */
export function chooseWalk(subject: Case, flow: Flow, observed: Observed, why: WhyLog | null = null): WalkChoice {
  const output = subject.asked.get(flow)?.output ?? null;
  // A ping that got no socket is explained without any state.
  const state = subject.state ?? (output?.socketRefused ? NOTHING_KNOWN : null);
  const walk = state ? walkOf(subject, state, flow, observed, tellingOf(why, "before")) : null;
  // What the state before lets pass may be lost by what came meanwhile.
  const unexplained = walk !== null && (!walk.fits || (isPartlyAnswered(observed) && !explainsLoss(walk)));
  const after = unexplained ? laterWalk(subject, flow, observed, walk, why) : null;
  const before = walk?.comparison.trace.disposition;
  // What would have stopped the packet did not, where all was answered.
  const allAnswered = observed.answered > 0 && observed.answered >= observed.sent;
  const candidates = before?.kind === "open" && !allAnswered ? before.candidates : [];
  // What the state before leaves open, a stop in the state after does not decide: the run itself may have led to it.
  const told = after?.walk.fits && !(candidates.length > 0 && isStopped(after.walk)) ? after.walk : walk;
  const worlds = leavesOpen(subject, flow, told) ? searchWorlds(subject, flow, observed, why) : null;
  const world = told?.fits || worlds === null || !subject.pasted ? null : leading(worlds);
  const chosen = world?.walk ?? told;
  if (why !== null)
    tellChosen(why, { walk: chosen, failedOnly: (chosen?.rest ?? null) !== null, hasState: state !== null });
  const isAfter = chosen !== null && chosen === after?.walk;
  return { walk: chosen, isAfter, state: isAfter ? after.state : state, worlds, world, candidates, allAnswered };
}

// A state file leaves open what it does not hold, and is not made to fit what contradicts it; what a paste does not show may
// be otherwise, but for a stop that it shows whole.
function leavesOpen({ pasted, state }: Case, flow: Flow, walk: ComparedWalk | null): boolean {
  const { kind, printed } = flow;
  const isAsked = flow.told !== undefined || state !== null;
  const isConnection = pasted === true && isAsked && flow.dstPort !== undefined && isOpening(flow) && !failedLate(flow);
  if ((kind !== "ping" && kind !== "arp" && !isConnection) || printed?.socketRefused) return false;
  if (walk === null || state === null) return true;
  const { disposition, assumed = [] } = walk.comparison.trace;
  if (pasted !== true) return !walk.fits && (disposition.kind === "open" || disposition.kind === "exits");
  return !walk.fits || (assumed.length > 0 && !isShownWhole(walk));
}

/** Whether the stop rests on lines that were shown, and on nothing else. */
function isShownWhole({ comparison }: ComparedWalk): boolean {
  const { disposition } = comparison.trace;
  if (disposition.kind !== "stopped") return false;
  const lines = disposition.hit.evidence.flatMap(({ state }) => state ?? []);
  return lines.length > 0 && lines.every(({ assumed }) => assumed !== true);
}

// What was shown leads, as it usually is; with a fault that nobody showed only where nothing else would do, and it is no rule
// that would have to be quoted.
function leading({ fitting }: Worlds): World | null {
  const [first] = fitting;
  if (first === undefined || !first.isShown) return null;
  return first.fault === null || (fitting.length === 1 && !hasMadeRule(first)) ? first : null;
}
