// From flows, state and ping's words to the report: the walk by state first, packets alone where state does not decide.

import { formatIpv4, type Ipv4 } from "../model/address.ts";
import type { Cause } from "../model/cause.ts";
import { type Certainty, type Evidence, weaker } from "../model/evidence.ts";
import type { CauseHit, Finding } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import type { Answer, FlowReport, Report, RunCommand, Verdict } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Text, text } from "../model/text.ts";
import type { Trace } from "../model/trace.ts";
import type { InputSummary } from "../model/vantage.ts";
import { askerNamespace, attemptsOf, isCommandsFlow } from "./attempt.ts";
import { askedOnTheWay, type Comparison, compare } from "./compare.ts";
import { withCounters } from "./counters.ts";
import { draw } from "./draw.ts";
import { errorFinding, findingOf } from "./finding.ts";
import { joinRuns } from "./join-runs.ts";
import { narrateSightings, narrateWalk } from "./narrate.ts";
import { type Observed, observe, partsOf } from "./outcome.ts";
import { checkPackets } from "./packets-alone.ts";
import { type PingCommand, parsePingCommand } from "./ping-command.ts";
import { type PingOutput, parsePingOutput } from "./ping-output.ts";
import { predict } from "./predict.ts";
import { qualityNotes } from "./quality.ts";
import { View } from "./view.ts";

export interface ExplainInput {
  readonly flows: readonly Flow[];
  readonly inputs: readonly InputSummary[];
  /** State before (or the only one). */
  readonly state: SystemState | null;
  readonly stateAfter: SystemState | null;
  /** The wrapped command, with the namespace it ran in where that is known. */
  readonly command: Asked | null;
  /** Other pings whose command or output is known, e.g. several in one paste. */
  readonly further?: readonly Asked[];
  readonly problems: readonly Problem[];
  /** Packets or exchanges given up for lack of room. */
  readonly evicted: number;
  readonly causes: readonly Cause[];
}

/** A command and the namespace it ran in, where that is known. */
export type Asked = RunCommand & { readonly netns?: string | null };

/** A ping by its command line, with what it printed. */
interface AskedPing {
  readonly ping: PingCommand;
  readonly output: PingOutput | null;
  readonly netns: string | null;
  readonly destination: Ipv4 | null;
}

interface Case extends ExplainInput {
  readonly view: View;
  /** Which ping made which flow. */
  readonly asked: ReadonlyMap<Flow, AskedPing>;
}

/** Explains everything that was read. Pure: same input, same report. */
export function explain(input: ExplainInput): Report {
  const pings = [...(input.command ? [input.command] : []), ...(input.further ?? [])].flatMap((one) => askedPing(one) ?? []);
  const { flows, asked } = withAttempted(joinRuns(input.flows), pings);
  const view = new View(input.state, input.inputs, flows);
  const subject: Case = { ...input, flows, view, asked };
  const explained = flows.map((flow) => explainFlow(subject, flow));
  const reports = explained
    .filter(({ report }) => !explained.some((other) => other.report !== report && other.alsoExplains.includes(report.flow)))
    .map(({ report }) => countedByPing(report, asked.get(report.flow)?.output ?? null));
  const wrapped = input.command && pings[0] ? [...asked].find(([, by]) => by === pings[0])?.[0] : undefined;
  return {
    answer: answerOf(reports, wrapped ?? null),
    command: input.command
      ? { argv: input.command.argv, exitCode: input.command.exitCode, output: input.command.output }
      : null,
    inputs: input.inputs,
    flows: reports,
    notes: qualityNotes(input, flows),
    problems: input.problems,
  };
}

function askedPing(command: Asked): AskedPing | null {
  const ping = parsePingCommand(command.argv);
  if (ping === null) return null;
  const output = command.output === null ? null : parsePingOutput(command.output);
  return { ping, output, netns: ping.netns ?? command.netns ?? null, destination: ping.destination ?? output?.destination ?? null };
}

// ping knows how often it asked; captures show only what left.
function countedByPing(report: FlowReport, output: PingOutput | null): FlowReport {
  if (output === null || output.transmitted === null || output.received === null) return report;
  return {
    ...report,
    flow: { ...report.flow, requests: output.transmitted, replies: output.received, duplicates: output.duplicates },
  };
}

// A ping that put nothing on any wire still has a flow: it was attempted.
function withAttempted(seen: readonly Flow[], pings: readonly AskedPing[]): { flows: Flow[]; asked: Map<Flow, AskedPing> } {
  const flows = [...seen];
  const asked = new Map<Flow, AskedPing>();
  for (const by of pings) {
    if (by.destination === null) continue;
    const fits = (f: Flow): boolean => !asked.has(f) && f.kind !== "other" && isCommandsFlow(f, by.ping, by.destination);
    const own = flows.find((f) => fits(f) && f.netns !== null && f.netns === by.netns) ?? flows.find((f) => fits(f) && (f.netns === null || by.netns === null || f.netns === by.netns));
    const flow = own ? asPing(own, by) : attemptedFlow(by, by.destination, flows.length + 1);
    if (own) flows[flows.indexOf(own)] = flow;
    else flows.push(flow);
    asked.set(flow, by);
  }
  return { flows, asked };
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

/** A flow's report, and the flows that its walk explains besides (a router's ARP for the next hop). */
interface ExplainedFlow {
  readonly report: FlowReport;
  readonly alsoExplains: readonly Flow[];
}

function explainFlow(subject: Case, flow: Flow): ExplainedFlow {
  const { view } = subject;
  const output = subject.asked.get(flow)?.output ?? null;
  const watchedLo = subject.inputs.some((i) => i.vantage.interface === "lo");
  const observed = observe(flow, output, watchedLo, subject.inputs);
  const walk = subject.state ? walkOf(subject, subject.state, flow, observed) : null;
  const after =
    walk && !walk.fits && subject.stateAfter ? walkOf(subject, subject.stateAfter, flow, observed) : null;
  const chosen = after?.fits ? after : walk;
  const before = walk?.comparison.trace.disposition;
  const candidates = before?.kind === "open" ? before.candidates : [];

  const byState = (chosen?.fits ? hitsOfWalk(subject, chosen, observed, chosen === after) : [])
    .map((hit) => withCounters(hit, subject.state, subject.stateAfter))
    // What the state before left open, a stop in the state after does not decide: the run itself may have led to it.
    .map((hit) => (candidates.length > 0 && chosen === after && isStopped(after) ? { ...hit, certainty: "possible" as const } : hit));
  const byPackets =
    byState.length > 0 ? [] : checkPackets(subject.causes, { flow, flows: subject.flows, inputs: subject.inputs });
  const apart = flow.joinedRuns !== undefined;
  const hits = (byState.length > 0 ? byState : byPackets.map((hit) => weakenedByWalk(hit, chosen))).map((hit) =>
    apart ? { ...hit, certainty: weaker(hit.certainty, "likely") } : hit,
  );
  const findings = [...hits, ...errorFinding(flow, output)]
    .flatMap((hit) => findingOf(hit, subject.causes, candidates, byState.length > 0) ?? [])
    .map((finding, index) => (index === 0 ? surelyOnlyIfAlone(finding) : finding));
  const report: FlowReport = {
    flow,
    verdict: verdictOf(observed, hits, subject.causes),
    findings: unique(findings),
    steps: chosen?.fits
      ? narrateWalk(chosen.comparison, chosen.rest === null ? [] : narrateSightings(chosen.rest, view))
      : narrateSightings(flow, view),
    drawing: chosen?.fits && subject.state ? draw(chosen.comparison, subject.state) : null,
  };
  const alsoExplains = chosen?.fits && flow.kind === "ping" ? askedOnTheWay(chosen.comparison.trace, subject.flows) : [];
  return { report, alsoExplains };
}

interface Walk {
  readonly comparison: Comparison;
  /** Whether what was seen is what the walk foresees: same end, nothing missing, nothing unforeseen. */
  readonly fits: boolean;
  /** Where only the requests that failed are what the walk foresees: the outcomes that were answered. */
  readonly rest: Flow | null;
}

function isStopped(walk: Walk | null): boolean {
  return walk?.comparison.trace.disposition.kind === "stopped";
}

// A finding that something else looks like is not certain as the main answer.
function surelyOnlyIfAlone(finding: Finding): Finding {
  return finding.lookalikes.length === 0 ? finding : { ...finding, certainty: weaker(finding.certainty, "likely") };
}

// Of the attempts that would explain the flow, the one whose walk fits; else the first, so that the difference can be told.
function walkOf(subject: Case, state: SystemState, flow: Flow, observed: Observed): Walk | null {
  const view = subject.state === state ? subject.view : new View(state, subject.inputs, subject.flows);
  const asked = subject.asked.get(flow) ?? null;
  const named = asked?.netns ?? null;
  const netns = named !== null && state.namespaces.has(named) ? named : askerNamespace(flow, state, view);
  if (netns === null) return null;
  const attempts = attemptsOf(flow, netns, asked?.ping ?? null);
  const traces = attempts.map((attempt) => predict(state, attempt));
  const walks = traces.map((trace): Walk => {
    const comparison = compare(trace, flow, view, subject.flows);
    return { comparison, fits: fits(comparison, observed), rest: null };
  });
  const fitting = walks.filter((w) => w.fits).sort((a, b) => b.comparison.seen - a.comparison.seen);
  return fitting[0] ?? failedPart(subject, traces, flow, observed, view) ?? walks[0] ?? null;
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

function fits({ trace, missing, unexpected }: Comparison, observed: Observed): boolean {
  if (unexpected.length > 0) return false;
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

function hitsOfWalk(subject: Case, { comparison, rest }: Walk, observed: Observed, fromAfter: boolean): CauseHit[] {
  const { trace } = comparison;
  const lost = rest === null ? lossEvidence(observed) : null;
  const limit = weaker(walkCertainty(subject, comparison, observed, fromAfter), lost === null ? "certain" : "likely");
  const weaken = (hit: CauseHit): CauseHit => ({ ...hit, certainty: weaker(hit.certainty, limit) });
  if (trace.disposition.kind === "stopped") {
    const later = trace.remarks.filter(
      (r) => r.code !== (trace.disposition.kind === "stopped" ? trace.disposition.hit.code : ""),
    );
    const some = rest === null ? null : shareAnswered(observed);
    return [withEvidence(countedAsSeen(trace.disposition.hit, comparison), some), ...later].map(weaken);
  }
  const [first, ...others] = trace.remarks.length > 0 ? trace.remarks : [answeredHit(comparison, observed, limit)];
  return first === undefined ? [] : [withEvidence(first, lost), ...others].map(weaken);
}

function withEvidence(hit: CauseHit, evidence: Evidence | null): CauseHit {
  return evidence === null ? hit : { ...hit, evidence: [...hit.evidence, evidence] };
}

// Requests that stayed unanswered though nothing on the way stops them.
function lossEvidence(observed: Observed): Evidence | null {
  const lost = observed.sent - observed.answered;
  if (observed.answered === 0 || lost <= 0) return null;
  return {
    basis: "missing",
    text: text(
      `${lost} of ${observed.sent} requests stayed unanswered, and nothing that was seen or that state tells explains why`,
      `${observed.sent} 个请求中有 ${lost} 个没有应答，看到的报文和状态都说明不了原因`,
    ),
  };
}

function shareAnswered(observed: Observed): Evidence {
  return {
    basis: "seen",
    text: text(
      `${observed.answered} of ${observed.sent} requests were answered: it does not hold all the time`,
      `${observed.sent} 个请求中有 ${observed.answered} 个得到了应答：故障并非一直存在`,
    ),
  };
}

// How often the question was asked is what the captures show, not what the settings let expect.
function countedAsSeen(hit: CauseHit, { steps }: Comparison): CauseHit {
  const asked = steps.find((s) => s.step.expects?.packet.kind === "arp-request" && s.step.leg === "arp-request");
  if (hit.facts.count === undefined || asked === undefined || asked.status !== "seen") return hit;
  return { ...hit, facts: { ...hit.facts, count: String(Math.max(asked.count, asked.packets.length)) } };
}

function answeredHit({ trace, steps }: Comparison, observed: Observed, certainty: Certainty): CauseHit {
  const reply = steps.filter((s) => s.status === "seen" && s.step.leg === "reply").at(-1);
  const words =
    observed.by === "ping"
      ? text(
          `ping says: ${observed.answered} of ${observed.sent} answered`,
          `ping 的输出：${observed.sent} 个请求收到 ${observed.answered} 个应答`,
        )
      : text("the reply was seen", "看到了应答");
  return {
    code: "answered",
    netns: trace.attempt.netns,
    interface: reply?.step.interface ?? null,
    facts: {
      target: formatIpv4(trace.attempt.destination),
      ...(trace.source === null ? {} : { source: formatIpv4(trace.source) }),
      ...(observed.answered < observed.sent ? { lost: String(observed.sent - observed.answered) } : {}),
    },
    evidence: [{ basis: "seen", text: words, ...(reply ? { frames: reply.packets.map((p) => p.frame) } : {}) }],
    ruledOut: [],
    // ping's own words need no state.
    certainty: observed.by === "ping" && observed.answered >= observed.sent ? "certain" : certainty,
  };
}

// State decides between look-alikes; it is weaker where it may describe another moment or where parts were assumed.
function walkCertainty(subject: Case, { trace, seen }: Comparison, observed: Observed, fromAfter: boolean): Certainty {
  let certainty: Certainty = "certain";
  if (fromAfter) certainty = "likely";
  if (!observed.anything && observed.by === "packets") certainty = "likely";
  if (seen === 0 && observed.by === "packets" && trace.disposition.kind !== "stopped") certainty = "likely";
  const assumed = trace.assumed ?? [];
  if (
    assumed.length > 0 &&
    !(trace.disposition.kind === "stopped" && arpStop(trace.hops.at(-1)?.leg)) &&
    trace.disposition.kind !== "answered"
  )
    certainty = "likely";
  if (subject.inputs.some((i) => i.timeSource === "userspace")) certainty = weaker(certainty, "certain");
  // What was typed is taken as the whole system, which it need not be; a pasted ruleset is not evaluated.
  const told = [...new Set(trace.hops.map((h) => h.netns))].flatMap((n) => subject.state?.namespaces.get(n) ?? []);
  if (told.some((n) => n.replayed || n.nftText !== undefined)) certainty = "likely";
  if (takenElsewhen(subject)) certainty = "likely";
  return certainty;
}

function arpStop(leg: string | undefined): boolean {
  return leg?.includes("arp") ?? false;
}

const STATE_MAY_BE_OLD = 600_000_000_000n;

function takenElsewhen({ state, inputs }: Case): boolean {
  const taken = state?.takenAt ?? null;
  if (taken === null) return false;
  const from = inputs.flatMap((i) => (i.from === null ? [] : [i.from]));
  const to = inputs.flatMap((i) => (i.to === null ? [] : [i.to]));
  if (from.length === 0 || to.length === 0) return false;
  const first = from.reduce((a, b) => (a < b ? a : b));
  const last = to.reduce((a, b) => (a > b ? a : b));
  return taken < first - STATE_MAY_BE_OLD || taken > last + STATE_MAY_BE_OLD;
}

// Where the walk by state says something else than was seen, the packets speak, but not as if nothing had contradicted them.
function weakenedByWalk(hit: CauseHit, walk: Walk | null): CauseHit {
  if (walk === null || walk.fits) return hit;
  const { disposition } = walk.comparison.trace;
  if (disposition.kind === "exits") return { ...hit, certainty: weaker(hit.certainty, "likely") };
  return { ...hit, certainty: hit.code === "answered" ? weaker(hit.certainty, "likely") : "possible" };
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

/** `ping 192.168.2.11 -> 192.168.2.1`, or what else the flow is. */
export function describeFlow(flow: Flow): Text {
  const source = flow.src === null ? "" : formatIpv4(flow.src);
  const target = formatIpv4(flow.dst);
  return flow.kind === "arp"
    ? text(`${source} asked for ${target}`, `${source} 询问 ${target}`)
    : text(`ping ${source} -> ${target}`, `ping ${source} -> ${target}`);
}
