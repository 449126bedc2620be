// A forecast as a report: the walk's steps, and the cause where the kernel would stop it.

import { causes } from "../causes/registry.ts";
import { findingOf } from "../explain/finding.ts";
import type { Flow } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import type { Report, ReportStep, Verdict } from "../model/report.ts";
import { type Text, text } from "../model/text.ts";
import { stepsOf, type Trace } from "../model/trace.ts";

/** What state says would happen to a ping. */
export function forecast(trace: Trace, problems: readonly Problem[]): Report {
  const { attempt, disposition } = trace;
  const stop = disposition.kind === "stopped" ? [disposition.hit] : [];
  const later = trace.remarks.filter((remark) => remark.code !== stop[0]?.code);
  const findings = [...stop, ...later].flatMap((hit) => findingOf(hit, causes, null, true) ?? []);
  const first = findings[0];
  const verdict = verdictOf(trace);
  const flow: Flow = {
    id: 1,
    kind: "ping",
    netns: attempt.netns,
    src: trace.source ?? attempt.source,
    dst: attempt.destination,
    icmpId: null,
    requests: 0,
    replies: 0,
    duplicates: 0,
    errors: 0,
    rttMs: null,
    from: null,
    to: null,
    echoOutcomes: [],
    arpOutcomes: [],
    loneOutcomes: [],
  };
  return {
    answer: first
      ? { verdict, code: first.code, certainty: first.certainty, flow: flow.id, headline: first.headline }
      : null,
    command: null,
    inputs: [],
    flows: [
      {
        flow,
        verdict,
        findings,
        steps: stepsOf(trace).map(
          (step, index): ReportStep => ({
            n: index + 1,
            walk: { kind: step.kind, leg: step.leg },
            netns: step.netns,
            interface: step.interface,
            direction: step.expects?.direction ?? null,
            time: null,
            basis: step.state.length > 0 ? "state" : "inferred",
            text: step.text,
            frames: [],
            state: step.state,
          }),
        ),
        drawing: null,
      },
    ],
    notes: [...openNotes(trace), ...assumedNotes(trace)],
    problems,
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

function assumedNotes({ assumed = [] }: Trace): Text[] {
  if (assumed.length === 0) return [];
  const shown = assumed.slice(0, 6).join(", ") + (assumed.length > 6 ? ", …" : "");
  return [
    text(
      `Not in the state, and taken as absent or at its default: ${shown}.`,
      `状态里没有、按不存在或默认值处理的部分：${shown}。`,
    ),
  ];
}
