// The steps of a walk that nobody watched.

import type { ReportStep } from "../model/report.ts";
import { stepsOf, type Trace } from "../model/trace.ts";
import { nameOfExpected } from "./packet-name.ts";

/** Numbered, by the state alone. */
export function forecastSteps(trace: Trace): ReportStep[] {
  return stepsOf(trace).map((step, index) => ({
    n: index + 1,
    walk: { kind: step.kind, leg: step.leg },
    ...(step.expects === null ? {} : { packet: { name: nameOfExpected(step.expects), again: false } }),
    branch: step.branch ?? 0,
    netns: step.netns,
    interface: step.interface,
    direction: step.expects?.direction ?? null,
    time: null,
    basis: step.state.length > 0 ? "state" : "inferred",
    text: step.text,
    frames: [],
    state: step.state,
  }));
}
