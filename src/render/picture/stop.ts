// Where the packet's way ends, and with what words.

import type { FlowReport, ReportStep } from "../../model/report.ts";
import { spotOf } from "./crossings.ts";
import type { Stop } from "./shapes.ts";

/** Null where nothing was stopped. */
export function stopOf({ steps, findings: [first], verdict }: FlowReport): Stop | null {
  if (first === undefined || first.severity === "note" || verdict === "worked") return null;
  const step = stopStep(steps, first);
  if (step === undefined) return null;
  const before = steps.slice(0, steps.indexOf(step)).filter(isOnTheWay);
  const passed = before.findLast(({ direction }) => direction !== null);
  const received = before
    .slice(passed === undefined ? 0 : before.indexOf(passed))
    .some(({ walk }) => walk?.kind === "receive");
  return {
    step,
    spot: step.interface === null ? null : spotOf(step),
    netns: step.netns,
    leg: step.walk?.leg ?? null,
    isInStack: step.interface === null || received,
    headline: first.headline,
  };
}

function isOnTheWay({ branch }: ReportStep): boolean {
  return (branch ?? 0) === 0;
}

// What the walk stops at; where no walk is known, what is missing, or the last thing at the place of the cause.
function stopStep(steps: readonly ReportStep[], cause: FlowReport["findings"][number]): ReportStep | undefined {
  const stop = steps.find((step) => step.walk?.kind === "stop" && isOnTheWay(step));
  if (stop !== undefined) return stop;
  const missing = steps.findLast(({ basis }) => basis === "missing");
  if (missing !== undefined || cause.interface === null) return missing;
  return steps.findLast(
    ({ interface: name, netns }) =>
      name === cause.interface && (cause.netns === null || netns === null || netns === cause.netns),
  );
}
