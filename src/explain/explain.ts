// From flows, state and ping's words to the report: the walk by state first, packets alone where state does not decide.

import type { Ipv4 } from "../model/address.ts";
import type { Cause } from "../model/cause.ts";
import { weaker } from "../model/evidence.ts";
import type { CauseHit, Finding } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import { journeysOf, sightingsOf } from "../model/observed.ts";
import type { Printed } from "../model/printed.ts";
import type { Answer, FlowReport, Report, Verdict } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import type { Text } from "../model/text.ts";
import { stepsOf } from "../model/trace.ts";
import type { Vantage } from "../model/vantage.ts";
import { type AssumedWalk, assumedWalk } from "./assumed-walk.ts";
import { fromCommand, isCommandsFlow } from "./attempt.ts";
import { besides } from "./beside.ts";
import type { Asked, AskedPing, Case, ExplainInput } from "./case.ts";
import { askedOnTheWay } from "./compare.ts";
import { withCounters } from "./counters.ts";
import { draw } from "./draw.ts";
import { DropFinder } from "./drop-finder.ts";
import { withEntryAfter } from "./entry-after.ts";
import { errorFinding, findingOf } from "./finding.ts";
import { hitsOfWalk } from "./hits-of-walk.ts";
import { joinRuns } from "./join-runs.ts";
import { dropsAlone, kernelNotes, withDropsAlone, withKernelEvents } from "./kernel-evidence.ts";
import { narrateSightings, narrateWalk } from "./narrate.ts";
import { narratePrinted, remarksOf } from "./narrate-printed.ts";
import { type Observed, observe } from "./outcome.ts";
import { checkPackets, decidedByPackets } from "./packets-alone.ts";
import { isIpv6Ping, parsePingCommand } from "./ping-command.ts";
import { parsePingOutput } from "./ping-output.ts";
import { predict } from "./predict.ts";
import { withOrigins } from "./printed-origin.ts";
import { certaintyLimit, qualityNotes } from "./quality.ts";
import { queueFinding } from "./queue-full.ts";
import { withListedCount, withRuleCounter } from "./rule-counters.ts";
import { overflowFinding } from "./table-overflow.ts";
import { View } from "./view.ts";
import { isStopped, type Walk, walkOf } from "./walk-of.ts";
import { withWhatChanged } from "./what-changed.ts";
import { ipv6Note, notesWithoutAddress } from "./without-address.ts";

export type { Asked, ExplainInput } from "./case.ts";

/** Explains everything that was read. Pure: same input, same report. */
export function explain(input: ExplainInput): Report {
  const pings = [...(input.command ? [input.command] : []), ...(input.further ?? [])].flatMap(
    (one) => askedPing(one) ?? [],
  );
  const { flows, asked } = withAttempted(joinRuns(input.flows, input.inputs), pings, input.state);
  const view = new View(input.state, input.inputs, flows);
  const withIcmp = new Set(flows.flatMap(icmpPlaces));
  const subject: Case = { ...input, flows, view, withIcmp, asked };
  const drops = new DropFinder(subject);
  const explained = flows.map((flow) => explainFlow(subject, drops, flow));
  const own = explained.filter(
    ({ report }) => !explained.some((other) => other.report !== report && other.alsoExplains.includes(report.flow)),
  );
  const reports = own.map(({ report }) => countedByPing(report, asked.get(report.flow)?.output ?? null));
  const wrapped = input.command && pings[0] ? [...asked].find(([, by]) => by === pings[0])?.[0] : undefined;
  const answer = answerOf(reports, wrapped ?? null);
  return {
    answer,
    command: input.command
      ? { argv: input.command.argv, exitCode: input.command.exitCode, output: input.command.output }
      : null,
    inputs: input.inputs,
    flows: reports,
    notes: [
      ...own.flatMap(({ report, assumed }) => (report.flow.id === answer?.flow && assumed !== null ? [assumed] : [])),
      ...(input.command && isIpv6Ping(input.command.argv) ? [ipv6Note("ping -4 NAME")] : []),
      ...notesWithoutAddress(pings),
      ...pings.flatMap(({ output }) => (output === null ? [] : remarksOf(output))),
      ...qualityNotes(input, flows),
      ...kernelNotes(input.kernel ?? null, reports),
    ],
    problems: input.problems,
  };
}

function icmpPlaces(flow: Flow): Vantage[] {
  return [...flow.echoOutcomes, ...flow.loneOutcomes].flatMap(({ first }) =>
    journeysOf(first).flatMap((journey) => journey.sightings.map((s) => s.frame.vantage)),
  );
}

function askedPing(command: Asked): AskedPing | null {
  const ping = parsePingCommand(command.argv);
  if (ping === null) return null;
  const output = command.output === null ? null : parsePingOutput(command.output);
  return {
    ping,
    output,
    // The live supervisor has found the namespace's key; a name on the command line may be a path.
    netns: command.netns || (ping.netns ?? command.netns ?? null),
    destination: ping.destination ?? output?.destination ?? null,
  };
}

// ping knows how often it asked; captures show only what left.
function countedByPing(report: FlowReport, output: Printed | null): FlowReport {
  if (output === null || output.transmitted === null || output.received === null) return report;
  return {
    ...report,
    flow: { ...report.flow, requests: output.transmitted, replies: output.received, duplicates: output.duplicates },
  };
}

// A ping that put nothing on any wire still has a flow: it was attempted.
function withAttempted(
  seen: readonly Flow[],
  pings: readonly AskedPing[],
  state: SystemState | null,
): { flows: Flow[]; asked: Map<Flow, AskedPing> } {
  const flows = [...seen];
  const asked = new Map<Flow, AskedPing>();
  for (const by of pings) {
    if (by.destination === null) continue;
    const fits = (f: Flow): boolean =>
      !asked.has(f) && f.kind !== "other" && isCommandsFlow(f, by.ping, by.destination);
    const own =
      flows.find((f) => fits(f) && f.netns !== null && f.netns === by.netns) ??
      flows.find((f) => fits(f) && (f.netns === null || by.netns === null || f.netns === by.netns)) ??
      translatedFlow(flows, asked, by, state);
    const bare = own
      ? { ...asPing(own, by), dst: by.destination }
      : attemptedFlow(by, by.destination, flows.length + 1);
    const printed = withOrigins(by, bare, state);
    const flow = printed === null ? bare : { ...bare, printed };
    if (own) flows[flows.indexOf(own)] = flow;
    else flows.push(flow);
    asked.set(flow, by);
  }
  return { flows, asked };
}

// The asker's own NAT may send its ping to another address than the one that was typed.
function translatedFlow(
  flows: readonly Flow[],
  asked: ReadonlyMap<Flow, AskedPing>,
  by: AskedPing,
  state: SystemState | null,
): Flow | undefined {
  if (state === null || by.netns === null || by.destination === null) return undefined;
  const trace = predict(state, fromCommand(attemptedFlow(by, by.destination, 0), by.netns, by.ping));
  const leaving = stepsOf(trace).find((step) => step.expects?.packet.kind === "echo-request")?.expects?.packet;
  const destination = leaving && "destination" in leaving ? leaving.destination : by.destination;
  if (destination === by.destination) return undefined;
  return flows.find((f) => f.kind === "ping" && !asked.has(f) && f.netns === by.netns && f.dst === destination);
}

// ARP for an address that a ping was typed for is that ping's.
function asPing(flow: Flow, { output }: AskedPing): Flow {
  if (flow.kind !== "arp") return flow;
  return { ...flow, kind: "ping", requests: output?.transmitted ?? 0, replies: output?.received ?? 0 };
}

function attemptedFlow({ ping, output, netns }: AskedPing, dst: Ipv4, id: number): Flow {
  return {
    id,
    kind: "ping",
    netns,
    src: ping.bindAddress ?? output?.source ?? null,
    dst,
    icmpId: null,
    requests: output?.transmitted ?? 0,
    replies: output?.received ?? 0,
    duplicates: 0,
    errors: 0,
    rttMs: null,
    from: null,
    to: null,
    echoOutcomes: [],
    arpOutcomes: [],
    loneOutcomes: [],
  };
}

const NOTHING_KNOWN: SystemState = { takenAt: null, kernel: null, namespaces: new Map() };

/** A flow's report, and the flows that its walk explains besides (a router's ARP for the next hop). */
interface ExplainedFlow {
  readonly report: FlowReport;
  readonly alsoExplains: readonly Flow[];
  /** What of the system was assumed for it. */
  readonly assumed: Text | null;
}

function explainFlow(subject: Case, drops: DropFinder, flow: Flow): ExplainedFlow {
  const { view } = subject;
  const output = subject.asked.get(flow)?.output ?? null;
  const watchedLo = subject.inputs.some((i) => i.vantage.interface === "lo");
  const observed = observe(flow, output, watchedLo, subject);
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

  const ofWalk = chosen?.fits ? hitsOfWalk(subject, chosen, observed, chosen === after) : [];
  // No walk knows how full the machine's neighbour table was; the same complaint of ping's has one other reason.
  const overflow =
    ofWalk[0]?.code === "peer-mtu-smaller" ? [] : overflowFinding(flow, output, subject.stateAfter ?? subject.state);
  const counted = (overflow.length > 0 ? overflow : ofWalk).map((hit) => {
    const moved = withRuleCounter(
      withEntryAfter(withCounters(hit, subject.state, subject.stateAfter), subject.stateAfter),
      subject.state,
      subject.stateAfter,
    );
    return subject.rulesListedAfter ? withListedCount(moved, subject.state) : moved;
  });
  const said =
    overflow.length === 0 && isStopped(chosen) && counted[0]
      ? withKernelEvents(drops, chosen.comparison, flow, counted[0])
      : null;
  const byKernel = said === null ? counted : [said.hit, ...counted.slice(1)];
  const byState = chosen === after ? withWhatChanged(byKernel, subject) : byKernel;
  const packets = { flow, flows: subject.flows, inputs: subject.inputs };
  const decided = allAnswered
    ? []
    : decidedByPackets(subject.causes, packets).map((hit) => withCounters(hit, subject.state, subject.stateAfter));
  const isTold = decided.length + byState.length > 0;
  const byPackets = isTold
    ? []
    : checkPackets(subject.causes, packets).map((hit, index) =>
        index === 0 && observed.answered === 0 ? withDropsAlone(drops, flow, hit) : hit,
      );
  const limit = weaker(certaintyLimit(subject, flow), assumed?.limit ?? "certain");
  const limited = (hit: CauseHit): CauseHit => ({ ...hit, certainty: weaker(hit.certainty, limit) });
  // What a frame itself decides does not rest on something missing.
  const sure = decided.map((hit) => (flow.joinedRuns === undefined ? hit : limited(hit)));
  const rest = (isTold ? byState : byPackets.map((hit) => weakenedByWalk(hit, chosen, allAnswered))).map(limited);
  const hits = [...sure, ...(assumed === null ? rest : rest.map((hit) => withAssumptions(hit, assumed)))];
  const also = [...queueFinding(flow, output, view), ...besides(subject, flow, hits)].map(limited);
  const open = [...(assumed === null ? candidates : []), ...(said?.instead ?? [])];
  const settled = isTold && subject.state !== null;
  const findings = [
    ...[...hits, ...errorFinding(flow)].flatMap((hit) => findingOf(hit, subject.causes, open, settled) ?? []),
    ...also.flatMap((hit) => findingOf(hit, subject.causes, null, true) ?? []),
  ]
    .map((finding, index) => (index === 0 ? surelyOnlyIfAlone(finding) : finding))
    .map((finding, index) =>
      index === 0 && assumed !== null
        ? { ...finding, settle: [...assumed.settle, ...finding.settle.filter((one) => !assumed.asksFor(one.command))] }
        : finding,
    );
  const report: FlowReport = {
    flow,
    verdict: verdictOf(observed, hits, subject.causes),
    findings: unique(findings),
    steps:
      chosen?.fits || (chosen !== null && isUndecidedUnseen(chosen, observed))
        ? narrateWalk(
            chosen.comparison,
            flow,
            chosen.rest === null ? [] : narrateSightings(chosen.rest, view),
            said?.steps,
          )
        : sightingsOf(flow).length > 0
          ? narrateSightings(flow, view, dropsAlone(drops, flow, view))
          : narratePrinted(flow),
    drawing: chosen?.fits && subject.state ? draw(chosen.comparison, subject.state) : null,
  };
  const alsoExplains =
    chosen?.fits && flow.kind === "ping" ? askedOnTheWay(chosen.comparison.trace, subject.flows) : [];
  return { report, alsoExplains, assumed: assumed?.note ?? null };
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

const WORST_FIRST: readonly Verdict[] = ["failed", "cannot-tell", "worked-with-trouble", "worked"];

function answerOf(reports: readonly FlowReport[], commandFlow: Flow | null): Answer | null {
  const told = reports.filter((r) => r.findings.length > 0);
  const mine = told.find((r) => commandFlow !== null && r.flow.id === commandFlow.id);
  const rank = (r: FlowReport): number =>
    WORST_FIRST.indexOf(r.verdict) * 4 + ["ping", "arp", "icmp-error", "other"].indexOf(r.flow.kind);
  const worst = [...told].sort((a, b) => rank(a) - rank(b))[0];
  const chosen = mine ?? worst;
  const finding = chosen?.findings[0];
  if (!chosen || !finding) return null;
  return {
    verdict: chosen.verdict,
    code: finding.code,
    certainty: finding.certainty,
    flow: chosen.flow.id,
    headline: finding.headline,
  };
}
