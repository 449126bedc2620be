// A forecast as a report: the walk's steps, and the cause where the kernel would stop it.

import { causes } from "../causes/registry.ts";
import { waysLeft } from "../explain/bounds.ts";
import { findingOf } from "../explain/finding.ts";
import { forecastSteps } from "../explain/forecast-steps.ts";
import { networkOf } from "../explain/network-map.ts";
import { walkBudget } from "../explain/repair/budget.ts";
import { type Repaired, withRepair } from "../explain/repair/proof.ts";
import { unrepaired } from "../explain/repair/without-harm.ts";
import { onlyTelling } from "../explain/to-settle.ts";
import { tellForecast } from "../explain/why.ts";
import { toldAsNext } from "../explain/would.ts";
import { formatIpv4 } from "../model/address.ts";
import type { Finding } from "../model/finding.ts";
import { type Flow, UNSEEN } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import type { Answer, FlowReport, Report, Verdict } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { printable, type Text, text } from "../model/text.ts";
import type { Trace } from "../model/trace.ts";
import type { WhyEntry, WhyLog } from "../model/why.ts";
import { breachesOfWalk } from "../predict/invariants.ts";
import { predictPaths } from "../predict/predict.ts";

/** What was walked for a forecast: each way that state leaves, and what its end follows from. */
export function whyOfForecast(state: SystemState, trace: Trace): WhyEntry[] {
  const log: WhyLog = [];
  const ways = predictPaths(state, trace.attempt);
  for (const way of ways) tellForecast({ log, state: { kind: "before", setting: null } }, way);
  // Where they part, the forecast ends where they do, and is none of them.
  const agreed = JSON.stringify(ways[0].hops) === JSON.stringify(trace.hops);
  log.push({ kind: "chosen", walk: agreed ? 1 : null, because: becauseOf(ways.length, agreed) });
  log.push({ kind: "checked", breaches: ways.flatMap((way) => breachesOfWalk(way, state)) });
  return log;
}

function becauseOf(ways: number, agreed: boolean): Text {
  if (ways === 1) return text("the state leaves one way only", "状态只留下一条路");
  return agreed
    ? text(`all ${ways} ways that the state leaves end alike`, `状态留下的 ${ways} 条路结局相同`)
    : text(`the ${ways} ways that the state leaves end differently`, `状态留下的 ${ways} 条路结局不同`);
}

function fixable(told: readonly Finding[], trace: Trace, state: SystemState, why: WhyLog | null): Repaired {
  const budget = walkBudget();
  if (trace.disposition.kind !== "stopped" || told[0]?.severity !== "problem")
    return { findings: unrepaired(told, { state, trace, budget }), notes: [] };
  return withRepair(told, { state, trace, causes, budget, why });
}

/** A forecast as a report: what `predict` says would happen to a ping, without any packet; `why` where it was asked for. */
export function forecast(
  trace: Trace,
  problems: readonly Problem[],
  state: SystemState | null = null,
  why: readonly WhyEntry[] | null = null,
): Report {
  const { attempt, disposition } = trace;
  const stop = disposition.kind === "stopped" ? [disposition.hit] : [];
  const later = trace.remarks.filter((remark) => remark.code !== stop[0]?.code);
  const told = [...stop, ...later].flatMap((hit) => findingOf(hit, causes, []) ?? []);
  const repairs: WhyLog | null = why === null ? null : [];
  const { findings: repaired, notes } =
    state === null ? { findings: told, notes: [] } : fixable(told, trace, state, repairs);
  const findings = toldAsNext(onlyTelling(repaired, { state, stateAfter: null }));
  const first = findings[0];
  const verdict = verdictOf(trace);
  const flow: Flow = {
    ...UNSEEN,
    id: 1,
    kind: attempt.transport?.protocol ?? "ping",
    netns: attempt.netns,
    src: trace.source ?? attempt.source,
    dst: attempt.destination,
    ...(attempt.transport && { srcPort: attempt.transport.sourcePort, dstPort: attempt.transport.destinationPort }),
  };
  const forecasted: FlowReport = {
    flow,
    verdict,
    findings,
    steps: forecastSteps(trace),
    drawing: null,
    ...(why === null ? {} : { why: [...why, ...(repairs ?? [])] }),
  };
  return {
    answer: first
      ? { verdict, code: first.code, certainty: first.certainty, flow: flow.id, headline: first.headline }
      : wouldWork(trace, flow),
    command: null,
    inputs: [],
    flows: [forecasted],
    ...networkOf(state, [forecasted], null),
    notes: [...notes, ...waysLeft(trace), ...openNotes(trace), ...notLoadedNotes(trace), ...assumedNotes(trace, state)],
    problems,
  };
}

// Nothing happened yet, so that nothing is found: that it would be answered is the answer all the same.
function wouldWork({ disposition, assumed = [] }: Trace, { id, kind, dst }: Flow): Answer | null {
  if (disposition.kind !== "answered") return null;
  const target = formatIpv4(dst);
  return {
    verdict: "worked",
    code: kind === "tcp" ? "connected" : "answered",
    certainty: assumed.length > 0 ? "likely" : "certain",
    flow: id,
    headline:
      kind === "tcp"
        ? text(`${target} would take the connection`, `${target} 会接受这个连接`)
        : text(`${target} would answer`, `${target} 会应答`),
  };
}

function verdictOf({ disposition }: Trace): Verdict {
  if (disposition.kind === "answered") return "worked";
  return disposition.kind === "stopped" ? "failed" : "cannot-tell";
}

// Where the walk ends without an end: what is missing, and what would be asked there.
function openNotes({ disposition }: Trace): Text[] {
  if (disposition.kind === "open") {
    const missing = disposition.missing.join(", ");
    if (missing === "") return [disposition.question];
    return [
      text(
        `${disposition.question.en} The state does not tell: ${missing}.`,
        `${disposition.question.zh} 状态里没有：${missing}。`,
      ),
    ];
  }
  if (disposition.kind !== "exits") return [];
  const place = disposition.netns === "" ? disposition.interface : `${disposition.netns}:${disposition.interface}`;
  return [
    text(
      `It leaves through ${place}; what lies beyond is not in the state.`,
      `报文从 ${place} 离开；对端的情况不在状态里。`,
    ),
  ];
}

// One line for all hosts: modules are the whole machine's.
function notLoadedNotes({ evidence }: Trace): Text[] {
  const lines = [...new Set(evidence.flatMap(({ state }) => (state?.key === "modules" ? [state.line] : [])))];
  if (lines.length === 0) return [];
  return [
    text(
      `The kernel has no module that would hold such rules on this way: ${lines.join("; ")}.`,
      `途中不存在相应的规则，因为内核没有加载模块：${lines.join("；")}。`,
    ),
  ];
}

function assumedNotes({ assumed = [] }: Trace, state: SystemState | null): Text[] {
  if (assumed.length === 0) return [];
  const first = assumed.slice(0, 6).map((part) => withReason(part, state));
  const shown = first.join(", ") + (assumed.length > 6 ? ", …" : "");
  return [
    text(
      `Not in the state, and taken as absent or at its default: ${shown}.`,
      `状态里没有、按不存在或默认值处理的部分：${shown}。`,
    ),
  ];
}

// "net0: nft" with what the state says of its absence: "net0: nft (not installed)".
function withReason(part: string, state: SystemState | null): string {
  const [, netns = "", key = ""] = /^(?:(.*): )?(.*)$/.exec(part) ?? [];
  const reason = state?.namespaces.get(netns)?.missing.get(key);
  return reason === undefined ? part : `${part} (${printable(reason)})`;
}
