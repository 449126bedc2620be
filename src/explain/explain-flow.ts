// One flow explained: the walk by state first, what a frame itself decides before it, packets alone where neither does.

import type { Cause } from "../model/cause.ts";
import { weaker } from "../model/evidence.ts";
import type { CauseHit, Finding } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import { sightingsOf } from "../model/observed.ts";
import type { FlowReport, ReportStep, Verdict } from "../model/report.ts";
import type { Text } from "../model/text.ts";
import type { AssumedWalk } from "./assumed-walk.ts";
import { besides } from "./beside.ts";
import type { Case } from "./case.ts";
import { chooseWalk, type WalkChoice } from "./choose-walk.ts";
import { askedOnTheWay } from "./compare.ts";
import { withCounters } from "./counters.ts";
import { draw } from "./draw.ts";
import type { DropFinder } from "./drop-finder.ts";
import { withEntryAfter } from "./entry-after.ts";
import { errorFinding, findingOf } from "./finding.ts";
import { hitsOfWalk } from "./hits-of-walk.ts";
import { dropsAlone, type KernelSaid, withDropsAlone, withKernelEvents } from "./kernel-evidence.ts";
import { narrateSightings, narrateWalk } from "./narrate.ts";
import { narratePrinted } from "./narrate-printed.ts";
import { type Observed, observe } from "./outcome.ts";
import { checkPackets, decidedByPackets } from "./packets-alone.ts";
import { certaintyLimit } from "./quality.ts";
import { queueFinding } from "./queue-full.ts";
import { withListedCount, withRuleCounter } from "./rule-counters.ts";
import { overflowFinding } from "./table-overflow.ts";
import { isStopped, type Walk } from "./walk-of.ts";
import { withWhatChanged } from "./what-changed.ts";

/** A flow's report, and the flows that its walk explains besides (a router's ARP for the next hop). */
export interface ExplainedFlow {
  readonly report: FlowReport;
  readonly alsoExplains: readonly Flow[];
  /** What of the system was assumed for it. */
  readonly assumed: Text | null;
}

/** Explains one flow: by the walk that fits what was seen, by the kernel's own words, by the frames alone. */
export function explainFlow(subject: Case, drops: DropFinder, flow: Flow): ExplainedFlow {
  const output = subject.asked.get(flow)?.output ?? null;
  const watchedLo = subject.inputs.some((i) => i.vantage.interface === "lo");
  const observed = observe(flow, output, watchedLo, subject);
  const choice = chooseWalk(subject, flow, observed);
  const { walk, assumed } = choice;
  const told = hitsOf(subject, drops, flow, observed, choice);
  const findings = findingsOf(subject, flow, choice, told);
  const report: FlowReport = {
    flow,
    verdict: verdictOf(observed, told.hits, subject.causes),
    findings,
    steps: stepsOf(subject, drops, flow, observed, walk, told.said),
    drawing: walk?.fits && subject.state ? draw(walk.comparison, subject.state) : null,
  };
  const alsoExplains = walk?.fits && flow.kind === "ping" ? askedOnTheWay(walk.comparison.trace, subject.flows) : [];
  return { report, alsoExplains, assumed: assumed?.note ?? null };
}

interface Told {
  readonly hits: readonly CauseHit[];
  /** Stories beside the answer. */
  readonly also: readonly CauseHit[];
  /** State, or a frame itself, decides. */
  readonly decided: boolean;
  readonly said: KernelSaid | null;
}

function hitsOf(
  subject: Case,
  drops: DropFinder,
  flow: Flow,
  observed: Observed,
  { walk, isAfter, assumed, allAnswered }: WalkChoice,
): Told {
  const output = subject.asked.get(flow)?.output ?? null;
  const ofWalk = walk?.fits ? hitsOfWalk(subject, walk, observed, isAfter) : [];
  // No walk knows how full the machine's neighbour table was; the same complaint of ping's has one other reason.
  const overflow =
    ofWalk[0]?.code === "peer-mtu-smaller" ? [] : overflowFinding(flow, output, subject.stateAfter ?? subject.state);
  const counted = (overflow.length > 0 ? overflow : ofWalk).map((hit) => withMoved(subject, hit));
  const said =
    overflow.length === 0 && isStopped(walk) && counted[0]
      ? withKernelEvents(drops, walk.comparison, flow, counted[0])
      : null;
  const byKernel = said === null ? counted : [said.hit, ...counted.slice(1)];
  const byState = isAfter ? withWhatChanged(byKernel, subject) : byKernel;
  const packets = { flow, flows: subject.flows, inputs: subject.inputs };
  const byFrames = allAnswered
    ? []
    : decidedByPackets(subject.causes, packets).map((hit) => withCounters(hit, subject.state, subject.stateAfter));
  const decided = byFrames.length + byState.length > 0;
  const byPackets = decided
    ? []
    : checkPackets(subject.causes, packets).map((hit, index) =>
        index === 0 && observed.answered === 0 ? withDropsAlone(drops, flow, hit) : hit,
      );
  const limit = weaker(certaintyLimit(subject, flow), assumed?.limit ?? "certain");
  const limited = (hit: CauseHit): CauseHit => ({ ...hit, certainty: weaker(hit.certainty, limit) });
  // What a frame itself decides does not rest on something missing.
  const sure = byFrames.map((hit) => (flow.joinedRuns === undefined ? hit : limited(hit)));
  const rest = (decided ? byState : byPackets.map((hit) => weakenedByWalk(hit, walk, allAnswered))).map(limited);
  const hits = [...sure, ...(assumed === null ? rest : rest.map((hit) => withAssumptions(hit, assumed)))];
  const also = [...queueFinding(flow, output, subject.view), ...besides(subject, flow, hits)].map(limited);
  return { hits, also, decided, said };
}

// What moved between the two states: counters, the entry, the rule's own count.
function withMoved(subject: Case, hit: CauseHit): CauseHit {
  const { state, stateAfter } = subject;
  const moved = withRuleCounter(withEntryAfter(withCounters(hit, state, stateAfter), stateAfter), state, stateAfter);
  return subject.rulesListedAfter ? withListedCount(moved, state) : moved;
}

function findingsOf(
  subject: Case,
  flow: Flow,
  { assumed, candidates }: WalkChoice,
  { hits, also, decided, said }: Told,
): Finding[] {
  const { causes, state } = subject;
  const open = [...(assumed === null ? candidates : []), ...(said?.instead ?? [])];
  const settled = decided && state !== null;
  const [first, ...others] = unique([
    ...[...hits, ...errorFinding(flow)].flatMap((hit) => findingOf(hit, causes, open, settled) ?? []),
    ...also.flatMap((hit) => findingOf(hit, causes, null, true) ?? []),
  ]);
  if (first === undefined) return [];
  const main = surelyOnlyIfAlone(first);
  if (assumed === null) return [main, ...others];
  const settle = [...assumed.settle, ...main.settle.filter((one) => !assumed.asksFor(one.command))];
  return [{ ...main, settle }, ...others];
}

function stepsOf(
  subject: Case,
  drops: DropFinder,
  flow: Flow,
  observed: Observed,
  walk: Walk | null,
  said: KernelSaid | null,
): ReportStep[] {
  const { view } = subject;
  if (walk !== null && (walk.fits || isUndecidedUnseen(walk, observed))) {
    const rest = walk.rest === null ? [] : narrateSightings(walk.rest, view);
    return narrateWalk(walk.comparison, flow, rest, said?.steps);
  }
  return sightingsOf(flow).length > 0
    ? narrateSightings(flow, view, dropsAlone(drops, flow, view))
    : narratePrinted(flow);
}

// Nobody saw a packet, and the state leaves something open: how far it leads, and what it leaves open, is all there is to tell.
function isUndecidedUnseen({ comparison }: Walk, observed: Observed): boolean {
  return comparison.trace.disposition.kind === "open" && !observed.anything;
}

function withAssumptions(hit: CauseHit, assumed: AssumedWalk): CauseHit {
  return {
    ...hit,
    alike: [...(hit.alike ?? []), ...assumed.alike],
    ruledOut: [...hit.ruledOut.filter(({ because }) => !assumed.isAssumed(because.en)), ...assumed.ruledOut],
  };
}

// A finding that something else looks like is not certain as the main answer.
function surelyOnlyIfAlone(finding: Finding): Finding {
  return finding.lookalikes.length === 0 ? finding : { ...finding, certainty: weaker(finding.certainty, "likely") };
}

// Where the walk by state says something else than was seen, the packets speak, but not as if nothing had contradicted them.
function weakenedByWalk(hit: CauseHit, walk: Walk | null, allAnswered: boolean): CauseHit {
  if (walk === null || walk.fits) return hit;
  const { disposition } = walk.comparison.trace;
  // Where the state narrows it down to some causes, another one is not likely, but for what ping itself was told.
  const undecided =
    disposition.kind === "exits" ||
    (disposition.kind === "open" && hit.facts.basis === "ping") ||
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
