// A path that a program asked for with rising TTLs, told hop by hop: who answered, who should have and did not and why, and
// what became of the packets that were to go all the way.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { Finding } from "../../model/finding.ts";
import { echoExamples, type Flow, type Outcome } from "../../model/flow.ts";
import { firstSighting } from "../../model/journey.ts";
import type { FrameRef } from "../../model/packet.ts";
import type { Path, PathHop, ReportStep, Verdict } from "../../model/report.ts";
import { stepsOf, type Trace } from "../../model/trace.ts";
import { predict } from "../../predict/predict.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { fromCommand } from "../attempt.ts";
import type { AskedPing, Case } from "../case.ts";
import type { DropFinder } from "../drop-finder.ts";
import type { ExplainedFlow } from "../explain-flow.ts";
import { findingOf } from "../finding.ts";
import { forecastSteps } from "../forecast-steps.ts";
import { explainInTime } from "../moments/explain-in-time.ts";
import { hopAnswers, hopSilent, targetAnswers, targetSilent } from "./words.ts";

const MOST_HOPS = 64;

/** What came back from one address. */
interface Back {
  readonly from: Ipv4;
  count: number;
  readonly frames: FrameRef[];
  /** TTL of the first question that it answered, where the question is seen. */
  ttl: number | null;
}

/** Explains what a program that follows paths has asked. */
export function explainPath(subject: Case, drops: DropFinder, flow: Flow, by: AskedPing): ExplainedFlow {
  const whole = withoutHops(flow);
  const asked = new Map([...subject.asked, [whole, by]] as const);
  const ordinary = explainInTime({ ...subject, asked }, drops, whole);
  const foreseen = foreseenHops(subject, flow, by);
  const backs = backsOf(flow);
  const hops = hopsOf(subject, flow.dst, backs, foreseen);
  const reached = reachedBy(flow, by);
  const path: Path = { hops, reached };
  const hopSteps = hops.map((hop) => stepOf(hop, backs, foreseen[hop.ttl - 1] ?? null));
  const end = reached === true ? null : endOf(subject, { by, ordinary, foreseen });
  const steps = numbered([
    ...hopSteps,
    ...(reached === true ? [targetStep(flow, backs)] : (end?.steps ?? [targetStep(flow, backs)])),
  ]);
  const findings = reached === true ? answeredFinding(subject, flow) : (end?.findings ?? []);
  const verdict: Verdict = reached === true ? "worked" : reached === false ? "failed" : "cannot-tell";
  const report = { ...ordinary.report, flow, verdict, findings, steps, drawing: null, path };
  return { ...ordinary, report };
}

// What was sent to die on the way is no loss: only what was to arrive is explained as a ping would be.
function withoutHops(flow: Flow): Flow {
  const arriving = flow.echoOutcomes.filter((outcome) => expiredAt(outcome) === null);
  const sum = (of: readonly Outcome[]): number => of.reduce((all, { count }) => all + count, 0);
  const hops = sum(flow.echoOutcomes) - sum(arriving);
  return {
    ...flow,
    echoOutcomes: arriving,
    requests: Math.max(0, flow.requests - hops),
    errors: Math.max(0, flow.errors - hops),
  };
}

function expiredAt({ first }: Outcome): Ipv4 | null {
  if (first.kind !== "echo" || first.replies.length > 0) return null;
  for (const error of first.errors) {
    const { network } = firstSighting(error);
    if (network.kind === "icmp" && network.icmp?.type === 11) return network.ip.source;
  }
  return null;
}

function backsOf(flow: Flow): Map<Ipv4, Back> {
  const backs = new Map<Ipv4, Back>();
  const note = (from: Ipv4, count: number, frames: readonly FrameRef[], ttl: number | null): void => {
    const known = backs.get(from);
    if (known === undefined) backs.set(from, { from, count, frames: [...frames], ttl });
    else known.count += count;
  };
  for (const outcome of [...flow.echoOutcomes, ...flow.loneOutcomes]) {
    const { first, count } = outcome;
    const answers =
      first.kind === "echo" ? [...first.replies, ...first.errors] : first.kind === "lone" ? [first.journey] : [];
    const asked = first.kind === "echo" && first.request ? firstSighting(first.request).network : null;
    const [answer] = answers;
    const network = answer === undefined ? null : firstSighting(answer).network;
    if (answer === undefined || network?.kind !== "icmp") continue;
    const frames = answer.sightings.map(({ frame }) => frame).slice(-1);
    note(network.ip.source, count, frames, asked?.kind === "icmp" ? asked.ip.ttl : null);
  }
  return backs;
}

// By the state, what becomes of the packet with each TTL, as long as it is one that expires.
function foreseenHops({ state }: Case, flow: Flow, by: AskedPing): Trace[] {
  const netns = by.netns ?? flow.netns;
  if (state === null || netns === null || !state.namespaces.has(netns)) return [];
  const traces: Trace[] = [];
  for (let ttl = 1; ttl <= MOST_HOPS; ttl++) {
    const attempt = { ...fromCommand(flow, netns, by.ping), program: by.program, ttl, length: 60 };
    const trace = predict(state, attempt);
    if (trace.disposition.kind !== "stopped" || trace.disposition.hit.code !== "ttl-expired") break;
    traces.push(trace);
  }
  return traces;
}

function hopsOf({ state }: Case, target: Ipv4, backs: ReadonlyMap<Ipv4, Back>, foreseen: readonly Trace[]): PathHop[] {
  const told = foreseen.map((trace, at): PathHop => {
    const from = trace.heard?.kind === "icmp-error" ? trace.heard.from : null;
    const netns = trace.disposition.kind === "stopped" ? trace.disposition.hit.netns : null;
    return { ttl: at + 1, from, netns, answers: from === null ? 0 : (backs.get(from)?.count ?? 0) };
  });
  const known = new Set(told.flatMap(({ from }) => from ?? []));
  const beyond = [...backs.values()].filter(
    ({ from, ttl }) => !known.has(from) && (ttl ?? told.length + 1) > told.length,
  );
  const further = beyond
    .filter((back) => back.frames.length > 0)
    .map((back, at): PathHop => {
      const owners = state === null ? [] : ownersOf(state, back.from);
      const ttl = back.ttl ?? told.length + at + 1;
      return { ttl, from: back.from, netns: owners[0]?.netns ?? null, answers: back.count };
    });
  return [...told, ...further.filter(({ from }) => from !== target)].sort((a, b) => a.ttl - b.ttl).slice(0, MOST_HOPS);
}

function reachedBy(flow: Flow, { protocol }: AskedPing): boolean | null {
  if (flow.replies > 0 || echoExamples(flow).some(({ replies }) => replies.length > 0)) return true;
  const refused = flow.loneOutcomes.some(({ first }) => {
    const network = first.kind === "lone" ? firstSighting(first.journey).network : null;
    return network?.kind === "icmp" && network.icmp?.type === 3 && network.ip.source === flow.dst;
  });
  return refused ? true : protocol === "TCP" ? null : false;
}

type Draft = Omit<ReportStep, "n">;

function stepOf(hop: PathHop, backs: ReadonlyMap<Ipv4, Back>, trace: Trace | null): Draft {
  const back = hop.from === null ? undefined : backs.get(hop.from);
  const last = trace === null ? undefined : stepsOf(trace).at(-1);
  return {
    branch: 0,
    netns: hop.netns,
    interface: null,
    direction: null,
    time: back?.frames[0]?.time ?? null,
    basis: back === undefined ? (hop.from === null ? "inferred" : "missing") : "seen",
    text: back === undefined ? hopSilent(hop, last?.text ?? null) : hopAnswers(hop),
    frames: back?.frames ?? [],
    state: [],
  };
}

function targetStep(flow: Flow, backs: ReadonlyMap<Ipv4, Back>): Draft {
  const back = backs.get(flow.dst);
  return {
    branch: 0,
    netns: null,
    interface: null,
    direction: null,
    time: back?.frames[0]?.time ?? null,
    basis: back === undefined ? "missing" : "seen",
    text: back === undefined ? targetSilent(formatIpv4(flow.dst)) : targetAnswers(formatIpv4(flow.dst), back.count),
    frames: back?.frames ?? [],
    state: [],
  };
}

function numbered(drafts: readonly Draft[]): ReportStep[] {
  return drafts.map((draft, at) => ({ ...draft, n: at + 1 }));
}

// Echoes are held against what was seen; what UDP and TCP meet on their way, the state foretells as for any packet.
function endOf(
  { state, causes }: Case,
  { by, ordinary, foreseen }: { by: AskedPing; ordinary: ExplainedFlow; foreseen: readonly Trace[] },
): { findings: readonly Finding[]; steps: readonly Draft[] } | null {
  if (by.protocol === "ICMP") return { findings: ordinary.report.findings, steps: ordinary.report.steps };
  const attempt = foreseen.at(-1)?.attempt;
  const netns = by.netns;
  if (state === null || netns === null || !state.namespaces.has(netns) || by.destination === null) return null;
  const base = attempt ?? { ...fromCommand(ordinary.report.flow, netns, by.ping), program: by.program, length: 60 };
  const trace = predict(state, { ...base, ttl: 64 });
  if (trace.disposition.kind !== "stopped") return null;
  const finding = findingOf({ ...trace.disposition.hit, certainty: "likely" }, causes, []);
  return finding === null ? null : { findings: [{ ...finding, lookalikes: [] }], steps: forecastSteps(trace) };
}

function answeredFinding({ causes }: Case, flow: Flow): readonly Finding[] {
  const facts = { target: formatIpv4(flow.dst), ...(flow.src === null ? {} : { source: formatIpv4(flow.src) }) };
  const hit = { code: "answered", certainty: "certain", netns: flow.netns, interface: null, facts } as const;
  const evidence = [{ basis: "seen", text: targetAnswers(facts.target, 1) }] as const;
  const finding = findingOf({ ...hit, evidence, ruledOut: [] }, causes, []);
  return finding === null ? [] : [{ ...finding, lookalikes: [] }];
}
