// From flows, state and ping's words to the report: every flow explained, and the answer about the one that matters most.

import type { Flow } from "../model/flow.ts";
import { journeysOf } from "../model/observed.ts";
import type { Answer, FlowReport, Report, Verdict } from "../model/report.ts";
import type { Vantage } from "../model/vantage.ts";
import { askedPing, countedByPing, withAttempted } from "./asked-pings.ts";
import type { Case, ExplainInput } from "./case.ts";
import { DropFinder } from "./drop-finder.ts";
import { explainFlow } from "./explain-flow.ts";
import { joinRuns } from "./join-runs.ts";
import { kernelNotes } from "./kernel-evidence.ts";
import { remarksOf } from "./narrate-printed.ts";
import { isIpv6Ping } from "./ping-command.ts";
import { qualityNotes } from "./quality.ts";
import { View } from "./view.ts";
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
