// The worlds that would yield exactly what was seen and printed: the usual system as it is, else with one fault where
// nobody looked.

import type { Cause } from "../../model/cause.ts";
import type { Code } from "../../model/code.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Flow } from "../../model/flow.ts";
import { marksOf } from "../../model/marks.ts";
import type { SystemState } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Trace } from "../../model/trace.ts";
import type { WhyLog } from "../../model/why.ts";
import { attemptsOf } from "../attempt.ts";
import type { Case } from "../case.ts";
import type { Comparison } from "../compare.ts";
import type { Observed } from "../outcome.ts";
import { View } from "../view.ts";
import { type ComparedWalk, supposedWalk } from "../walk-of.ts";
import { tellingOf } from "../why.ts";
import {
  agreesWithEntries,
  agreesWithErrors,
  agreesWithLog,
  agreesWithPath,
  agreesWithRefusals,
  agreesWithResets,
} from "./evidence.ts";
import { type Fault, faultsOf, liftsOf } from "./faults.ts";
import type { Base } from "./made.ts";
import { withoutMadeFacts } from "./made-facts.ts";
import { isOpenIn } from "./open-part.ts";
import { agreesWithOthers } from "./others.ts";
import { withFault } from "./presence.ts";
import { shownPart } from "./shown.ts";
import { basesOf } from "./skeleton.ts";
import { isToldInVain, ranked, saysOf, type World } from "./world.ts";

/** What was found: fitting worlds, the likeliest first, one for each cause; and whether all were walked. */
export interface Worlds {
  readonly fitting: readonly World[];
  /** Their causes, in the same order. */
  readonly codes: readonly Code[];
  readonly isWhole: boolean;
}

/** What is to be explained. */
interface Question {
  readonly subject: Case;
  readonly flow: Flow;
  readonly observed: Observed;
}

/** A world, whether or not it fits. */
type Tried = Pick<World, "walk" | "supposed" | "state" | "fault" | "rank">;

/** A system as things usually are. */
interface Usual extends Tried {
  readonly base: Base;
}

/** The worlds that fit, by the system whose fault they have. */
type Found = Map<Usual, World[]>;

/** Said where the budget ended before the worlds did. */
export const MORE_WORLDS = text(
  "There were more systems that could look like this than were tried: a look-alike may be missing.",
  "可能与此相符的系统比尝试过的多：也许还有未列出的相似原因。",
);

/** Flows of ARP that are held against a walk beside its own. */
const MOST_FLOWS = 40;
/** As many are told with --why. */
const MOST_TOLD = 8;
/** More than are told: some of them are ruled out by what the frames decide. */
const ENOUGH = 12;

/** Walks through all of them, as far as the budget goes. */
export function searchWorlds(subject: Case, flow: Flow, observed: Observed, why: WhyLog | null): Worlds {
  const question = { subject, flow, observed };
  const bases = basesOf(subject, flow).toSorted((a, b) => a.rank - b.rank);
  const usual = bases.map((base) => usualIn(question, base));
  const tried = leadingThere(
    question,
    usual.flatMap((one) => one ?? []),
  );
  const found: Found = new Map();
  const isWhole = tried.every((one) => searchBase(question, one, found)) && !usual.includes(null);
  const fitting = ranked(subject.causes, [...found.values()].flat(), flow);
  const codes = fitting.map(({ code }) => code);
  if (why === null) return { fitting, codes, isWhole };
  if (fitting.length === 0) for (const one of tried) toldAgain(question, one, why);
  const told = fitting.map((world, at) => (at < MOST_TOLD ? toldAgain(question, world, why) : world));
  return { fitting: told, codes, isWhole };
}

// Without any fault; none where no attempt walks at all, null where the budget was at its end.
function usualIn({ subject, flow, observed }: Question, base: Base): Usual[] | null {
  const supposed = supposing({ subject, flow, observed }, base);
  const attempts = attemptsOf(flow, base.asker, supposed.asked.get(flow) ?? null, base.state);
  if (!subject.worldWalks.take(attempts.length)) return null;
  const walks = attempts.flatMap(
    (attempt) => supposedWalk(supposed, base.state, flow, observed, { attempt, telling: null }) ?? [],
  );
  const { state, rank } = base;
  return walks
    .sort(bySight)
    .slice(0, 1)
    .map((walk) => ({ base, supposed, walk, state, fault: null, rank }));
}

// A system in which the packets go where they were not seen is only looked at where there is no other. What was answered may
// go another way than things usually are.
function leadingThere({ observed }: Question, usual: readonly Usual[]): readonly Usual[] {
  if (observed.answered > 0) return usual;
  const there = usual.filter(({ walk }) => walk.comparison.unexpected.every(({ network }) => network.kind === "arp"));
  return there.length === 0 ? usual : there;
}

// Whether all of its worlds were walked.
function searchBase(question: Question, usual: Usual, found: Found): boolean {
  const { subject, flow, observed } = question;
  const { base, supposed, rank } = usual;
  if (isOutdone(usual, found)) return true;
  const own: World[] = [];
  found.set(usual, own);
  const world = fitting(question, usual);
  if (world !== null) own.push(world);
  if (world !== null && (observed.answered > 0 || isDecided(world))) return true;
  if (isEnough(question, found, base)) return true;
  const { trace } = usual.walk.comparison;
  const comesTooLate = afterTheMissing(usual.walk.comparison);
  for (const fault of othersOf(question, base, trace)) {
    if (comesTooLate(fault)) continue;
    const state = withFault(base.state, fault.edits);
    if (state === null) continue;
    if (!subject.worldWalks.take(1)) return false;
    const walk = supposedWalk(supposed, state, flow, observed, { attempt: trace.attempt, telling: null });
    const fits = walk && fitting(question, { supposed, walk, state, fault, rank });
    if (fits) own.push(fits);
  }
  return true;
}

// A plainer system fits, and more of what was seen is on its way.
function isOutdone({ rank, walk }: Usual, found: Found): boolean {
  return [...found].some(
    ([other, worlds]) => worlds.length > 0 && other.rank < rank && other.walk.comparison.seen > walk.comparison.seen,
  );
}

// What is missing before a host comes into it is missing whatever is wrong there.
function afterTheMissing({ missing, steps, unexpected }: ComparedWalk["comparison"]): (fault: Fault) => boolean {
  if (missing === null || unexpected.length > 0) return () => false;
  const before = new Set(steps.slice(0, steps.indexOf(missing) + 1).map(({ step }) => step.netns));
  return ({ netns }) => !before.has(netns);
}

// As many as are told were found in plainer systems. Where part of a system was shown, those that do not fit tell something, too.
function isEnough({ subject, flow }: Question, found: Found, { rank }: Base): boolean {
  if (subject.state !== null) return false;
  const plainer = [...found.values()].flat().filter((world) => world.rank < rank && !isToldInVain(world, flow));
  return new Set(plainer.map(({ code }) => code)).size >= ENOUGH;
}

// Where it was answered: what lets pass a packet that would be stopped as things usually are. Where not: what stops it.
function othersOf({ subject, flow, observed }: Question, base: Base, trace: Trace): Fault[] {
  const isOpen = isOpenIn(subject.state);
  if (observed.answered === 0) return faultsOf(subject.causes, trace, base.state, flow, isOpen);
  return trace.disposition.kind === "stopped" ? liftsOf(subject.causes, trace.disposition.hit, isOpen) : [];
}

// The attempt that fits, else the one that foresees most of what was seen.
function bySight(a: ComparedWalk, b: ComparedWalk): number {
  return Number(b.fits) - Number(a.fits) || b.comparison.seen - a.comparison.seen;
}

// The case as it would be in that system: what was captured stays what it is.
function supposing({ subject, flow }: Question, base: Base): Case {
  const flows = [flow, ...subject.flows.filter((one) => one !== flow && one.kind === "arp").slice(0, MOST_FLOWS)];
  const own = subject.asked.get(flow);
  const asked = own === undefined ? subject.asked : new Map([[flow, { ...own, netns: base.asker }]]);
  const view = new View(base.state, subject.inputs, flows, base.places);
  return { ...subject, state: base.state, stateAfter: null, flows, view, asked };
}

// Of all that were tried only those that fit and lead are told.
function toldAgain<One extends Tried>({ flow, observed }: Question, world: One, why: WhyLog): One {
  const { supposed, fault, state, walk } = world;
  const telling = tellingOf(why, "assumed", fault === null ? null : saysOf(fault.edits));
  const { attempt } = walk.comparison.trace;
  const told = supposedWalk(supposed, state, flow, observed, { attempt, telling });
  return { ...world, walk: { ...walk, number: told?.number ?? null } };
}

function fitting({ subject, flow }: Question, { walk, ...tried }: Tried): World | null {
  const { trace } = walk.comparison;
  if (!walk.fits || walk.rest !== null) return null;
  if (!agreesWithOthers(subject, flow, trace, tried.state)) return null;
  if (!agreesWithErrors(trace, flow) || !agreesWithResets(trace, flow) || !agreesWithRefusals(trace, flow)) return null;
  if (!agreesWithEntries(subject, trace) || !agreesWithLog(subject, trace)) return null;
  if (!agreesWithPath(subject.asked.get(flow)?.path, trace, tried.state)) return null;
  const { disposition, remarks } = trace;
  const hit = disposition.kind === "stopped" ? disposition.hit : remarks[0];
  if (isOfAnother(subject.causes, hit, tried.fault)) return null;
  const shown = subject.state;
  const part = shown === null ? null : shownPart(walk.comparison, shown);
  const comparison =
    part === null || shown === null ? walk.comparison : withoutMadeFacts(part, tried.state, shown, flow);
  return {
    ...tried,
    code: hit?.code ?? "answered",
    walk: { ...walk, comparison },
    isShown: shown !== null && isWithin(shown, trace, tried.fault) && restsOnShown(subject.causes, shown, hit),
    quotesShown: quotesShown(part),
  };
}

// Where the line that decides was shown; a neighbour entry is what a ping that works leaves, too.
function quotesShown(part: Comparison | null): boolean {
  const [first] = part === null ? [] : linesOf(part.trace);
  return first !== undefined && first.assumed !== true && first.key !== "neigh";
}

function linesOf({ disposition }: Trace): readonly StateLine[] {
  return disposition.kind === "stopped" ? disposition.hit.evidence.flatMap(({ state }) => state ?? []) : [];
}

// Stopped at another host than that of the fault, by a setting there: a bystander's setting explains no loss.
function isOfAnother(causes: readonly Cause[], hit: CauseHit | undefined, fault: Fault | null): boolean {
  if (hit === undefined || fault === null || hit.code === fault.cause.code || hit.netns === fault.netns) return false;
  return (marksOf(causes, hit.code)?.decides ?? []).some((part) => typeof part === "object" && "sysctl" in part);
}

// What an address, an interface or a socket decides is nothing to lead with where nobody has listed them: usual is no list
// of them.
function restsOnShown(causes: readonly Cause[], shown: SystemState, hit: CauseHit | undefined): boolean {
  const ns = shown.namespaces.get(hit?.netns ?? "");
  const listed = new Map<unknown, unknown>([
    ["addr", ns?.addresses],
    ["link", ns?.links],
    ["sockets", ns?.sockets],
  ]);
  const decides = hit === undefined ? [] : (marksOf(causes, hit.code)?.decides ?? []);
  return decides.every((part) => (listed.has(part) ? listed.get(part) : ns) !== undefined);
}

function isWithin(shown: SystemState, { disposition, hops }: Trace, fault: Fault | null): boolean {
  const isKnown = (netns: string | null): boolean => netns !== null && shown.namespaces.has(netns);
  if (fault !== null && !isKnown(fault.netns)) return false;
  return disposition.kind === "stopped" ? isKnown(disposition.hit.netns) : hops.every(({ netns }) => isKnown(netns));
}

// Nothing that was supposed has a part in it.
function isDecided({ isShown, walk: { comparison } }: World): boolean {
  const lines = linesOf(comparison.trace);
  return isShown && lines.length > 0 && lines.every(({ assumed }) => assumed !== true);
}
