// One flow explained: the walk by state first, what a frame itself decides before it, packets alone where neither does.

import type { Cause, PacketView } from "../model/cause.ts";
import type { Code } from "../model/code.ts";
import type { Certainty } from "../model/evidence.ts";
import { weaker } from "../model/evidence.ts";
import type { CauseHit, Finding, Settle } from "../model/finding.ts";
import { type Flow, failedLate } from "../model/flow.ts";
import { sightingsOf } from "../model/observed.ts";
import type { FlowReport, ReportStep, Verdict } from "../model/report.ts";
import type { Text } from "../model/text.ts";
import type { WhyChecked, WhyLog } from "../model/why.ts";
import { breachesOfWalk } from "../predict/invariants.ts";
import { withSilentArrival } from "./arrived-silently.ts";
import { askerNamespace } from "./attempt.ts";
import { besides } from "./beside.ts";
import { waysLeft } from "./bounds.ts";
import type { Case } from "./case.ts";
import { chooseWalk, type WalkChoice } from "./choose-walk.ts";
import { withRejectRules } from "./closed-port.ts";
import { besideWalk } from "./compare.ts";
import { type Ends, withCounters } from "./counters.ts";
import { draw } from "./draw.ts";
import type { DropFinder } from "./drop-finder.ts";
import { withEntryAfter } from "./entry-after.ts";
import { errorFinding, findingOf, MOST_ALIKE } from "./finding.ts";
import { hitsOfWalk, limitOfWalk } from "./hits-of-walk.ts";
import { lostBetween } from "./hosts/lost-between.ts";
import { inOrderOfTime } from "./in-order.ts";
import { breachesOfComparison, breachesOfFindings, breachesOfTime } from "./invariants.ts";
import { dropsAlone, type KernelSaid, withDropsAlone, withKernelEvents } from "./kernel-evidence.ts";
import { withListedPeer } from "./listed-peer.ts";
import { endsAtFirewall, loggedHits, loggedSteps, withLogLine } from "./logged.ts";
import { lostPart, momentOf, neverLeft } from "./lost-part.ts";
import type { FaultSpan } from "./moments/fault.ts";
import { narrateSightings, narrateWalk } from "./narrate.ts";
import { narratePrinted } from "./narrate-printed.ts";
import { withNarrowPlace } from "./narrow-place.ts";
import { lossHits } from "./one-fault.ts";
import { withOtherDrops } from "./other-drops.ts";
import { type Observed, observe } from "./outcome.ts";
import { checkPackets, decidedByPackets } from "./packets-alone.ts";
import { certaintyLimit } from "./quality.ts";
import { queueFinding } from "./queue-full.ts";
import { withFrontEnd } from "./repair/front-end.ts";
import { type Repaired, withRepair } from "./repair/proof.ts";
import { unrepaired } from "./repair/without-harm.ts";
import { withListedCount, withRuleCounter } from "./rule-counters.ts";
import { withSilentGateway } from "./silent-gateway.ts";
import { suggestedBy } from "./suggested.ts";
import { overflowFinding } from "./table-overflow.ts";
import { onlyTelling } from "./to-settle.ts";
import { unforeseenDrop } from "./unforeseen-drop.ts";
import { type ComparedWalk, explainsLoss, failedElsewhere, isStopped } from "./walk-of.ts";
import { withWhatChanged } from "./what-changed.ts";
import { noteOf } from "./worlds/note.ts";
import { repairedWorld } from "./worlds/repaired.ts";
import { MORE_WORLDS, type Worlds } from "./worlds/search.ts";
import { settleOf } from "./worlds/settle.ts";
import { notesOfUsual } from "./worlds/usual-notes.ts";
import type { World } from "./worlds/world.ts";
import { toldAsNext } from "./would.ts";

/** A flow's report, and the flows that its walk explains besides (a router's ARP for the next hop). */
export interface ExplainedFlow {
  readonly report: FlowReport;
  readonly alsoExplains: readonly Flow[];
  /** What of the system was assumed for it, and that a search was ended before all was tried. */
  readonly notes: readonly Text[];
  readonly isCutShort: boolean;
  /** What it was told by, and what it was held against. */
  readonly choice: WalkChoice;
  readonly observed: Observed;
  /** When its fault was there, where the monitors told of changes. */
  readonly spans?: readonly FaultSpan[];
}

/** What no walk is held against: a ping that refused its own command line, a path of which nothing failed. */
export function withoutWalk(subject: Case, flow: Flow): ExplainedFlow {
  const report: FlowReport = {
    flow,
    verdict: "failed",
    findings: [],
    steps: [],
    drawing: null,
    ...(subject.why === true ? { why: [] } : {}),
  };
  const observed = observe(flow, null, false, subject);
  return { report, alsoExplains: [], notes: [], isCutShort: false, choice: NO_WALK, observed };
}

// What the log says of just this packet, no walk by what is usual or was shown contradicts.
function unlessLogged(subject: Case, choice: WalkChoice, flow: Flow, observed: Observed): WalkChoice {
  return loggedHits(flow, observed).length === 0 || endsAtFirewall(subject, choice.walk) ? choice : NO_WALK;
}

const NO_WALK: WalkChoice = {
  walk: null,
  isAfter: false,
  state: null,
  worlds: null,
  world: null,
  candidates: [],
  allAnswered: false,
};

/** Explains one flow: by the walk that fits what was seen, by the kernel's own words, by the frames alone. */
export function explainFlow(subject: Case, drops: DropFinder, flow: Flow): ExplainedFlow {
  const output = subject.asked.get(flow)?.output ?? null;
  if ((subject.asked.get(flow)?.refused ?? null) !== null) return withoutWalk(subject, flow);
  const watchedLo = subject.inputs.some((i) => i.vantage.interface === "lo");
  const observed = observe(flow, output, watchedLo, subject);
  const why: WhyLog | null = subject.why === true ? [] : null;
  const choice = unlessLogged(subject, chooseWalk(subject, flow, observed, why), flow, observed);
  const { walk, world, worlds } = choice;
  const one: OneFlow = { subject, drops, flow, observed, choice };
  const told = hitsOf(one);
  const { findings, notes } = findingsOf(subject, flow, choice, told, why);
  const report: FlowReport = {
    flow,
    verdict: verdictOf(observed, told.hits, subject.causes),
    findings,
    steps: inOrderOfTime(withOtherDrops(drops, flow, findings, stepsWithLog(one, told.said))),
    drawing: walk?.fits && subject.state ? draw(walk.comparison, subject.state) : null,
    ...(why === null ? {} : { why: [...why, checked(subject, flow, choice, findings)] }),
  };
  const onTheWay =
    walk?.fits && (flow.kind === "ping" || flow.dstPort !== undefined)
      ? besideWalk(walk.comparison.trace, flow, subject.flows)
      : [];
  const alsoExplains = walk?.rest === flow ? [...onTheWay, ...failedElsewhere(flow, subject.flows)] : onTheWay;
  const assumed = world === null || subject.state === null ? [] : [noteOf(subject.state, world, flow)];
  const more = worlds?.isWhole === false ? [MORE_WORLDS] : [];
  return {
    report,
    alsoExplains,
    notes: [...assumed, ...(walk === null ? [] : waysLeft(walk.comparison.trace)), ...notes, ...more],
    isCutShort: notes.length + more.length > 0,
    choice,
    observed,
  };
}

function checked(subject: Case, flow: Flow, choice: WalkChoice, findings: readonly Finding[]): WhyChecked {
  const { walk, isAfter, state: walked } = choice;
  const { state, stateAfter, view } = subject;
  const ofWalk = walk && walked ? breachesOfWalk(walk.comparison.trace, walked) : [];
  const whole = walk?.fits && walk.rest === null && !isAfter;
  const ofSights = walk && whole ? breachesOfComparison(walk.comparison, flow, view) : [];
  const ofFindings = breachesOfFindings(findings, [...new Set([state, stateAfter, walked])]);
  return { kind: "checked", breaches: [...ofWalk, ...ofSights, ...breachesOfTime(flow), ...ofFindings] };
}

/** A flow as it was observed, and the walk that it is told by. */
interface OneFlow {
  readonly subject: Case;
  readonly drops: DropFinder;
  readonly flow: Flow;
  readonly observed: Observed;
  readonly choice: WalkChoice;
}

interface Told {
  readonly hits: readonly CauseHit[];
  /** Stories beside the answer. */
  readonly also: readonly CauseHit[];
  /** State, or a frame itself, decides. */
  readonly decided: boolean;
  readonly said: KernelSaid | null;
}

function hitsOf(one: OneFlow): Told {
  const { subject, flow, observed, choice } = one;
  const { walk, world, allAnswered } = choice;
  const { said, ...ofState } = hitsByState(one);
  const byLog = endsAtFirewall(subject, walk) ? [] : loggedHits(flow, observed);
  const byState = [...byLog, ...withLogLine(ofState.byState, flow)];
  // An answer of a name server may be a refusal.
  const byFrames =
    allAnswered && flow.transportOutcomes === undefined
      ? []
      : decidedByPackets(subject.causes, packetsOf(one)).map((hit) => withCounters(subject, hit, endsOf(flow, null)));
  const decided = byFrames.length + byState.length > 0;
  const limit = weaker(certaintyLimit(subject, flow), world === null ? "certain" : limitOf(world, observed, flow));
  const limited = (hit: CauseHit): CauseHit => ({ ...hit, certainty: weaker(hit.certainty, limit) });
  // What a frame itself decides does not rest on something missing.
  const sure = byFrames.map((hit) => (flow.joinedRuns === undefined ? hit : limited(hit)));
  const found = decided ? byState : hitsByPackets(one).map((hit) => weakenedByWalk(hit, one));
  const seenAt = new Set(sightingsOf(flow).flatMap(({ frame }) => subject.view.netnsOf(frame.vantage) ?? []));
  const placed = found.map((hit) => withNarrowPlace(hit, subject.state, seenAt));
  const isPlaced = placed.some((hit, at) => hit !== found[at]);
  const rest = isPlaced ? placed.map((hit) => withCounters(subject, hit, endsOf(flow, null))) : placed;
  const notes = decided || world !== null ? [] : notesOfUsual(subject, choice, observed);
  const isSaid = notes.length > 0 && allAnswered;
  const told = isSaid ? rest.filter(({ code }) => !SAYS_ONLY_THAT_IT_WENT_WELL.has(code)) : rest;
  const hits = [...sure, ...[...notes, ...told].map(limited)];
  const output = subject.asked.get(flow)?.output ?? null;
  const also = [...queueFinding(flow, output, subject.view), ...besides(subject, flow, hits)].map(limited);
  return { hits, also, decided: decided || isPlaced, said };
}

const SAYS_ONLY_THAT_IT_WENT_WELL: ReadonlySet<Code> = new Set(["answered", "connected"]);

function packetsOf({ subject, flow }: OneFlow): PacketView {
  return { flow, flows: subject.flows, inputs: subject.inputs };
}

// What neither the state nor a frame itself decides.
function hitsByPackets(one: OneFlow): CauseHit[] {
  const { subject, drops, flow, observed, choice } = one;
  const isExcluded = excludedBy(subject, choice.worlds);
  return checkPackets(subject.causes, { ...packetsOf(one), isExcluded }).map((hit, index) => {
    const isMain = index === 0 && observed.answered === 0;
    const rejected = withRejectRules(isMain ? withDropsAlone(drops, flow, hit) : hit, flow, subject.state);
    const asker = subject.state === null ? null : askerNamespace(flow, subject.state, subject.view);
    const told = withSilentGateway(rejected, flow, subject.state?.namespaces.get(asker ?? ""));
    return withListedPeer(told, flow, subject.state);
  });
}

// What the walk, the kernel's own words and what changed between two states tell.
function hitsByState({ subject, drops, flow, observed, choice }: OneFlow): {
  readonly byState: readonly CauseHit[];
  readonly said: KernelSaid | null;
} {
  const { walk, isAfter, state } = choice;
  const output = subject.asked.get(flow)?.output ?? null;
  // What the monitors tell was so at that moment; what was only read later may have come later.
  const ofLater = isAfter && subject.timeline?.momentOf(state)?.exact !== true;
  // That it was made is not what went wrong with a connection that its program lost afterwards.
  const ofWalk = walk?.fits && !failedLate(flow) ? hitsOfWalk(subject, walk, observed, ofLater) : [];
  // No walk knows how full the machine's neighbour table was; the same complaint of ping's has one other reason.
  const overflow =
    ofWalk[0]?.code === "peer-mtu-smaller" ? [] : overflowFinding(flow, output, subject.stateAfter ?? subject.state);
  const counted = (overflow.length > 0 ? overflow : ofWalk).map((hit) => withMoved(subject, flow, hit, walk));
  const said =
    overflow.length === 0 && isStopped(walk) && counted[0]
      ? withKernelEvents(drops, walk.comparison, flow, counted[0], {
          limit: limitOfWalk(subject, walk, observed, ofLater),
          lost: observed.answered > 0 ? observed.sent - observed.answered : 0,
        })
      : null;
  const borne = said === null ? counted : [said.hit, ...counted.slice(1)];
  const explained = borne.length > 0 && walk?.fits === true && (isStopped(walk) || explainsLoss(walk));
  const ends = walk?.comparison.trace.disposition.kind;
  const dropped =
    overflow.length > 0 || (explained && (said?.instead.length ?? 0) === 0)
      ? null
      : unforeseenDrop(subject, drops, flow, observed, ends === "answered");
  const isPart = observed.answered > 0 && observed.answered < observed.sent;
  const lost =
    isPart && !explained && dropped === null && overflow.length === 0 && walk !== null
      ? lossHits(subject, drops, flow, observed, walk)
      : [];
  // What tells of the loss says more than that the rest was answered.
  const beside = lost.length > 0 ? borne.filter(({ code }) => code !== "answered") : borne;
  const between = explained || dropped !== null ? null : lostBetween(subject, flow, observed, walk);
  const ofPlace = dropped ?? between;
  const byKernel = ofPlace !== null ? [ofPlace] : [...lost, ...beside];
  const told =
    isAfter && walk?.rest ? byKernel.map((hit, at) => (at === 0 ? withMoment(hit, flow, observed) : hit)) : byKernel;
  return { byState: isAfter && ofPlace === null ? withWhatChanged(told, subject) : told, said };
}

// A fault that nobody saw, behind a silence of which no frame tells anything, is one of many.
function limitOf({ fault }: World, { anything }: Observed, { printed }: Flow): Certainty {
  const isTold = (printed?.refusals.length ?? 0) > 0;
  return fault !== null && !anything && !isTold ? "possible" : "likely";
}

// A state that only holds since some moment of the ping explains what was lost from then on.
function withMoment(hit: CauseHit, flow: Flow, observed: Observed): CauseHit {
  const part = lostPart(flow);
  const moment = part === null ? neverLeft(flow, observed) : momentOf(part, flow);
  return moment === null ? hit : { ...hit, evidence: [hit.evidence[0], ...hit.evidence.slice(1), moment] };
}

// What moved between the two states: counters, the entry, the rule's own count.
function withMoved(subject: Case, flow: Flow, hit: CauseHit, walk: ComparedWalk | null): CauseHit {
  const { state, stateAfter } = subject;
  const moved = withRuleCounter(
    withEntryAfter(subject, withCounters(subject, hit, endsOf(flow, walk))),
    state,
    stateAfter,
  );
  if (subject.rulesListedAfter) return withListedCount(moved, state);
  return withSilentArrival(moved, flow, state, stateAfter);
}

function endsOf(flow: Flow, walk: ComparedWalk | null): Ends {
  const { steps, trace } = walk?.comparison ?? {};
  return {
    end: steps?.findLast(({ step }) => step.kind === "stop")?.step ?? null,
    asker: trace?.attempt.netns ?? flow.netns,
    target: flow.dst,
  };
}

function findingsOf(
  subject: Case,
  flow: Flow,
  choice: WalkChoice,
  { hits, also, decided, said }: Told,
  why: WhyLog | null,
): Repaired {
  const { causes } = subject;
  const isOwn = causes.some(({ code, tellsItself }) => tellsItself === true && code === hits[0]?.code);
  const [main, ...rest] = [...hits, ...(isOwn ? [] : errorFinding(flow)), ...also];
  if (main === undefined) return { findings: [], notes: [] };
  const alike = hits.length === 0 ? [] : alikeOf(subject, choice, main, { decided, said });
  const telling = alike.length > 0 && alike === choice.worlds?.codes ? tellingOf(subject, flow, choice.worlds) : null;
  const [first, ...others] = unique([
    ...[findingOf(main, causes, [...suggestedBy(subject, flow, main), ...alike], telling)].flatMap((one) => one ?? []),
    ...rest.flatMap((hit) => findingOf(hit, causes, []) ?? []),
  ]);
  if (first === undefined) return { findings: [], notes: [] };
  const told = repaired(subject, choice, [surelyOnlyIfAlone(first), ...others], why);
  return { ...told, findings: toldAsNext(onlyTelling(withFrontEnd(told.findings), subject)) };
}

// Worlds that fit as well; where none could be built, what the evidence and the cause itself name.
function alikeOf(
  { causes }: Case,
  { worlds, candidates }: WalkChoice,
  hit: CauseHit,
  { decided, said }: Pick<Told, "decided" | "said">,
): readonly Code[] {
  // What the program was told, no walk that ends before it can have been.
  if (hit.facts.basis === "log") return [];
  const known = hit.facts.basis === "told" ? [] : [...candidates, ...(said?.instead ?? [])];
  if (decided && hit.certainty === "certain") return [];
  const cause = causes.find(({ code }) => code === hit.code);
  const fitting = worlds?.codes ?? [];
  // What frames themselves show, no supposed system brings about: the check knows what else looks so. Of mere silence it does not.
  const isShown =
    cause?.check !== undefined &&
    cause.faults === undefined &&
    cause.lastResort === undefined &&
    hit.facts.basis !== "told";
  const byFrames = decided || isShown;
  if (fitting.length > 0 && (hit.alike ?? []).length * Number(byFrames) === 0) return fitting;
  // What a program is refused by an error of its own looks like nothing else.
  const isSaid = cause?.tellsItself === true && hit.facts.basis === "ping";
  const fixed = decided || isSaid || hit.code === "answered" ? [] : (cause?.lookalikes ?? []);
  return [...known, ...(hit.alike ?? []), ...fixed];
}

function tellingOf({ state }: Case, { dst }: Flow, { fitting }: Worlds): Settle[] | null {
  const settle = settleOf(fitting.slice(0, MOST_ALIKE), new Set(state?.namespaces.keys()), dst);
  return settle.length === 0 ? null : settle;
}

// What a check on packets suggests, and no system that fits holds, is not the answer where part of that system was shown.
function excludedBy({ state, causes }: Case, worlds: Worlds | null): (code: Code) => boolean {
  if (state === null || worlds === null || !worlds.isWhole || worlds.fitting.length === 0) return () => false;
  const fitting = new Set(worlds.fitting.map(({ code }) => code));
  const searched = causes.filter(({ faults, lastResort }) => faults !== undefined && lastResort === undefined);
  const excluded = new Set(searched.map(({ code }) => code).filter((code) => !fitting.has(code)));
  return (code) => excluded.has(code);
}

// The walk that the findings come from, where it was stopped, tells what would let the packet pass.
function repaired(
  subject: Case,
  { walk, state, world }: WalkChoice,
  findings: readonly Finding[],
  why: WhyLog | null,
): Repaired {
  const { causes, repairWalks: budget } = subject;
  if (state === null) return { findings, notes: [] };
  if (!isStopped(walk) || !walk.fits)
    return { findings: unrepaired(findings, { state, trace: walk?.comparison.trace ?? null, budget }), notes: [] };
  if (world !== null) return repairedWorld(findings, world, { shown: state, causes, budget, why });
  return withRepair(findings, { state, trace: walk.comparison.trace, causes, budget, why });
}

function stepsWithLog(one: OneFlow, said: KernelSaid | null): ReportStep[] {
  const steps = stepsOf(one, said);
  return [...steps, ...loggedSteps(one.flow).map((step, at) => ({ ...step, n: steps.length + at + 1 }))];
}

function stepsOf({ subject, drops, flow, observed, choice }: OneFlow, said: KernelSaid | null): ReportStep[] {
  const { view } = subject;
  const { walk } = choice;
  if (walk !== null && (walk.fits || isUndecidedUnseen(walk, observed))) {
    const rest = walk.rest === null ? [] : narrateSightings(walk.rest, view);
    return narrateWalk(walk.comparison, flow, rest, said?.steps);
  }
  return sightingsOf(flow).length > 0
    ? narrateSightings(flow, view, dropsAlone(drops, flow, view))
    : narratePrinted(flow);
}

// Nobody saw a packet, and the state leaves something open: how far it leads, and what it leaves open, is all there is to tell.
function isUndecidedUnseen({ comparison }: ComparedWalk, observed: Observed): boolean {
  return comparison.trace.disposition.kind === "open" && !observed.anything;
}

// A finding that something else looks like is not certain as the main answer.
function surelyOnlyIfAlone(finding: Finding): Finding {
  return finding.lookalikes.length === 0 ? finding : { ...finding, certainty: weaker(finding.certainty, "likely") };
}

// Where the walk by state says something else than was seen, the packets speak, but not as if nothing had contradicted them.
function weakenedByWalk(hit: CauseHit, { flow, choice: { walk, allAnswered } }: OneFlow): CauseHit {
  // A connection that was made has passed whatever the walk stops at.
  if (walk === null || walk.fits || failedLate(flow)) return hit;
  const { disposition } = walk.comparison.trace;
  // Where the state narrows it down to some causes, another one is not likely, but for what ping itself was told.
  const undecided =
    disposition.kind === "exits" ||
    (disposition.kind === "open" && (hit.facts.basis === "ping" || hit.facts.basis === "told")) ||
    (disposition.kind === "open" &&
      (allAnswered || disposition.candidates.length === 0 || disposition.candidates.includes(hit.code)));
  const limit = undecided || hit.code === "answered" ? "likely" : "possible";
  return { ...hit, certainty: weaker(hit.certainty, limit) };
}

function verdictOf(observed: Observed, hits: readonly CauseHit[], causes: readonly Cause[]): Verdict {
  if (observed.verdict === "cannot-tell") {
    const first = hits[0];
    const severity = first ? causes.find((c) => c.code === first.code)?.severity : undefined;
    if (first && first.certainty === "certain" && severity === "problem") return "failed";
  }
  return observed.verdict;
}

function unique(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((f) => !seen.has(f.code) && seen.add(f.code));
}
