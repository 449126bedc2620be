// From flows, state and ping's words to the report: every flow explained, and the answer about the one that matters most.

import type { InCrowd } from "../model/crowd.ts";
import type { Flow } from "../model/flow.ts";
import { journeysOf } from "../model/observed.ts";
import type { Answer, FlowReport, Report, Verdict } from "../model/report.ts";
import { type Text, text } from "../model/text.ts";
import type { Vantage } from "../model/vantage.ts";
import { isNamed, withConnections } from "./asked-connections.ts";
import { askedPings, countedByPing, withAttempted } from "./asked-pings.ts";
import type { AskedPing, Case, ExplainInput } from "./case.ts";
import { chooseOfCrowds, sentenceOf } from "./crowds.ts";
import { DropFinder } from "./drop-finder.ts";
import type { ExplainedFlow } from "./explain-flow.ts";
import { joinRuns } from "./join-runs.ts";
import { kernelNotes } from "./kernel-evidence.ts";
import { withLogged } from "./logged.ts";
import { explainInTime } from "./moments/explain-in-time.ts";
import { Moments } from "./moments/of-flow.ts";
import { remarksOf } from "./narrate-printed.ts";
import { networkOf } from "./network-map.ts";
import { overIpv6 } from "./over-ipv6.ts";
import { type OwnFlows, ownFlows } from "./own-flows.ts";
import { explainPath } from "./path/explain-path.ts";
import { explainPrintedPath } from "./path/printed-path.ts";
import { lostNotes, qualityNotes } from "./quality.ts";
import { walkBudget } from "./repair/budget.ts";
import { judged, refusedPorts } from "./unexplained.ts";
import { View } from "./view.ts";
import { wentWell } from "./went-well.ts";
import { notesWithoutAddress } from "./without-address.ts";

export type { ExplainInput, PlacedCommand } from "./case.ts";

/** Explains everything that was read. Pure: same input, same report. */
export function explain(input: ExplainInput): Report {
  const commanded = input.command ? askedPings(input.command) : [];
  const pings = [...commanded, ...(input.further ?? []).flatMap(askedPings)];
  const subject = caseOf(input, pings);
  const { flows, asked } = subject;
  const drops = new DropFinder(subject);
  const ofCrowds = chooseOfCrowds(flows, (flow) => asked.has(flow), input.state);
  const explained = ofCrowds.map(({ flow, standsFor }) => standingFor(explainAsked(subject, drops, flow), standsFor));
  const explainedByOthers = new Set(
    explained.flatMap(({ report, alsoExplains }) => alsoExplains.filter((flow) => flow !== report.flow)),
  );
  const mine = [...asked].filter(([, by]) => commanded.includes(by)).map(([flow]) => flow);
  const own = ownFlows(input.command, input.state);
  const spared = wentWell(
    explained,
    (flow) => mine.includes(flow) || (mine.length === 0 && own.named && own.holds(flow)),
  );
  const told = explained.filter(
    ({ report }) =>
      mine.includes(report.flow) || !(explainedByOthers.has(report.flow) || spared.flows.has(report.flow)),
  );
  const reports = told.map(({ report }) => countedByPing(report, asked.get(report.flow)?.output ?? null));
  const overIpv6s = pings.flatMap((by, at) => overIpv6(by, input.state, input.causes, flows.length + 1 + at) ?? []);
  const chosen =
    mine.length > 0 || overIpv6s.length === 0 ? answerOf(reports, mine, own, input.command?.argv ?? []) : null;
  const { answer, notes } = judged(input.command, chosen, { reports, mine });
  const flowsTold = [...reports, ...overIpv6s.flatMap(({ report }) => report ?? [])];
  return {
    answer,
    command: input.command
      ? { argv: input.command.argv, exitCode: input.command.exitCode, output: input.command.output }
      : null,
    inputs: input.inputs,
    flows: flowsTold,
    ...(answer === null && overIpv6s.length > 0 ? { overIpv6: true as const } : {}),
    ...networkOf(input.state ?? input.stateAfter, flowsTold, answer),
    notes: [
      ...notes,
      ...otherConnections(reports, answer, own),
      ...notesOfFlows(told, answer),
      ...(input.command !== null && mine.length === 0 ? refusedPorts(reports, own) : []),
      ...spared.notes,
      ...overIpv6s.map(({ note }) => note),
      ...notesWithoutAddress(pings),
      ...pings.flatMap(({ output, program }) => (output === null ? [] : remarksOf(output, program))),
      ...qualityNotes(input, flows),
      ...kernelNotes(input.kernel ?? null, reports),
    ],
    doubts: input.inputs.flatMap(lostNotes),
    problems: input.problems,
  };
}

// What was read, as one: its flows, the pings behind them, and how much may be tried.
function caseOf(input: ExplainInput, pings: readonly AskedPing[]): Case {
  const attempted = withAttempted(
    withConnections(joinRuns(input.flows, input.inputs), input.command, input.state),
    pings,
    input.state,
  );
  const { log, state } = input;
  const flows = log === undefined ? attempted.flows : withLogged(attempted.flows, log, state);
  const asked = new Map(
    [...attempted.asked].map(([flow, by]) => [flows[attempted.flows.indexOf(flow)] ?? flow, by] as const),
  );
  return {
    ...input,
    flows,
    view: new View(input.state, input.inputs, flows),
    withIcmp: new Set(flows.flatMap(icmpPlaces)),
    asked,
    timeline: input.moments === undefined ? null : new Moments(input.moments, input.stateAfter),
    repairWalks: walkBudget(),
    worldWalks: walkBudget(MOST_WORLDS),
  };
}

function explainAsked(subject: Case, drops: DropFinder, flow: Flow): ExplainedFlow {
  const by = subject.asked.get(flow);
  if (by?.path !== undefined) return explainPrintedPath(subject, drops, flow, { by, path: by.path });
  return by?.asks === "path" ? explainPath(subject, drops, flow, by) : explainInTime(subject, drops, flow);
}

/** Walks through supposed systems, over all flows of a report. */
const MOST_WORLDS = 1500;

function notesOfFlows(told: readonly ExplainedFlow[], answer: Answer | null): Text[] {
  const isAnswer = ({ report }: ExplainedFlow): boolean => report.flow.id === answer?.flow;
  const cut = told.filter((one) => one.isCutShort && !isAnswer(one));
  return [
    ...told.flatMap((one) => (isAnswer(one) ? one.notes : [])),
    ...cutShort(cut.map(({ report }) => report.flow.id)),
  ];
}

// Of the answer's own flow its note says so.
function cutShort(flows: readonly number[]): Text[] {
  if (flows.length === 0) return [];
  const named = (comma: string): string =>
    `${flows.slice(0, MOST_NAMED).join(comma)}${flows.length > MOST_NAMED ? " …" : ""}`;
  return [
    text(
      `Limit reached: the search for a fix was ended before all was tried for ${flows.length === 1 ? "flow" : "flows"} ${named(", ")}.`,
      `已达上限：流 ${named("、")} 的修复搜索没有全部试完。`,
    ),
  ];
}

const MOST_NAMED = 8;

function isConnected({ flow, verdict }: FlowReport): boolean {
  return flow.transportOutcomes !== undefined && (verdict === "worked" || verdict === "worked-with-trouble");
}

// Told by the one that failed, the others are counted.
function otherConnections(reports: readonly FlowReport[], answer: Answer | null, own: OwnFlows): Text[] {
  const asked = reports.find(({ flow }) => flow.id === answer?.flow);
  if (asked?.flow.transportOutcomes === undefined || asked.verdict !== "failed" || !own.named) return [];
  const others = reports.filter((one) => one !== asked && own.holds(one.flow) && isConnected(one)).length;
  if (others === 0) return [];
  return [
    text(
      `${others === 1 ? "One other connection" : `${others} other connections`} of the command worked.`,
      `该命令另有 ${others} 个连接是正常的。`,
    ),
  ];
}

function standingFor(explained: ExplainedFlow, standsFor: InCrowd | null): ExplainedFlow {
  if (standsFor === null) return explained;
  const { crowd, alike } = standsFor;
  return { ...explained, report: { ...explained.report, crowd: { crowd, alike, sentence: sentenceOf(standsFor) } } };
}

function icmpPlaces(flow: Flow): Vantage[] {
  return [...flow.echoOutcomes, ...flow.loneOutcomes].flatMap(({ first }) =>
    journeysOf(first).flatMap((journey) => journey.sightings.map((s) => s.frame.vantage)),
  );
}

const WORST_FIRST: readonly Verdict[] = ["failed", "cannot-tell", "worked-with-trouble", "worked"];

// Beside what was asked by ARP's answer, that one was told a MAC address is no trouble.
function isOnlyArpAnswered({ flow, findings }: FlowReport): boolean {
  return flow.kind === "arp" && findings[0]?.code === "answered";
}

function answerOf(
  reports: readonly FlowReport[],
  mine: readonly Flow[],
  own: OwnFlows,
  argv: readonly string[],
): Answer | null {
  const told = reports.filter((r) => r.findings.length > 0);
  const asked = told.filter((r) => mine.some((flow) => flow.id === r.flow.id));
  // Where it asked, nothing else answers for it.
  const among = asked.length > 0 ? asked : mine.length > 0 ? [] : told.filter((r) => own.holds(r.flow));
  const rank = (r: FlowReport): number =>
    WORST_FIRST.indexOf(isOnlyArpAnswered(r) ? "worked" : r.verdict) * 8 +
    // A scan must not hide the one ping that fails.
    (r.crowd === undefined ? 0 : 4) +
    ["ping", "tcp", "udp", "arp", "icmp-error", "other"].indexOf(r.flow.kind);
  // Of several connections of a command that went well, one that failed and that it does not name was not what it needed.
  const isWell =
    mine.length === 0 &&
    own.exitCode === 0 &&
    among.some(isConnected) &&
    !among.some((r) => r.verdict === "failed" && isNamed(r.flow, argv));
  const [chosen] = isWell ? among.filter(isConnected) : [...among].sort((a, b) => rank(a) - rank(b));
  const finding = chosen?.findings[0];
  if (!chosen || !finding) return null;
  // Beside a failure of the command's that nothing explains, what went well is no answer.
  const failed = reports.some((r) => r.verdict === "failed" && r.findings.length === 0 && own.holds(r.flow));
  if (mine.length === 0 && failed && chosen.verdict === "worked") return null;
  return {
    verdict: chosen.verdict,
    code: finding.code,
    certainty: finding.certainty,
    flow: chosen.flow.id,
    headline: chosen.crowd?.sentence ?? finding.headline,
  };
}
