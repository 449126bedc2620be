// A walk through a supposed system, told as far as it goes through what was shown; what was supposed is never quoted.

import type { Evidence } from "../../model/evidence.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { SystemState } from "../../model/system-state.ts";
import { isVerbatim, text } from "../../model/text.ts";
import { type Disposition, type Step, stepsOf, type Trace } from "../../model/trace.ts";
import { assumedEvidence, assumedText } from "../../predict/hits.ts";
import { type RenderedLines, renderedLines } from "../../system/rendered-lines.ts";
import type { Comparison } from "../compare.ts";

/** The comparison without what happens at made hosts; lines of state that nobody showed are marked as assumed. */
export function shownPart(comparison: Comparison, shown: SystemState): Comparison {
  const lines = renderedLines(shown);
  const isShown = ({ netns }: { readonly netns: string }): boolean => shown.namespaces.has(netns);
  const entering = new Set(enteringSteps(comparison.trace, isShown));
  const told = (step: Step): Step => markedStep(entering.has(step) ? cameIn(step) : step, lines);
  const steps = comparison.steps.filter(({ step }) => isShown(step)).map((one) => ({ ...one, step: told(one.step) }));
  return { ...comparison, steps, trace: shownTrace(comparison.trace, lines, { isShown, told }) };
}

// The first step at a shown host behind one that nobody showed: of that one nothing is said.
function enteringSteps(trace: Trace, isShown: (step: Step) => boolean): Step[] {
  const steps = stepsOf(trace);
  return steps.filter((step, at) => {
    const before = steps[at - 1];
    return before !== undefined && isShown(step) && !isShown(before);
  });
}

function cameIn(step: Step): Step {
  const name = step.interface ?? "";
  return { ...step, text: text(`it comes in by ${name}`, `它从 ${name} 进来`) };
}

interface Telling {
  isShown(hop: { readonly netns: string }): boolean;
  told(step: Step): Step;
}

function shownTrace(trace: Trace, lines: RenderedLines, { isShown, told }: Telling): Trace {
  return {
    ...trace,
    hops: trace.hops.filter(isShown).map((hop) => ({ ...hop, steps: hop.steps.map(told) })),
    disposition: markedEnd(trace.disposition, lines),
    remarks: trace.remarks
      .filter(({ netns }) => netns === null || isShown({ netns }))
      .map((hit) => markedHit(hit, lines)),
    evidence: trace.evidence.map((one) => marked(one, lines)),
  };
}

function markedEnd(disposition: Disposition, lines: RenderedLines): Disposition {
  return disposition.kind === "stopped" ? { ...disposition, hit: markedHit(disposition.hit, lines) } : disposition;
}

function markedStep(step: Step, lines: RenderedLines): Step {
  const state = step.state.map((line) =>
    line.assumed || lines.has(line) ? line : { ...line, assumed: true as const },
  );
  return { ...step, state };
}

function markedHit(hit: CauseHit, lines: RenderedLines): CauseHit {
  const [first, ...others] = hit.evidence;
  return {
    ...hit,
    evidence: [marked(first, lines), ...others.map((one) => marked(one, lines))],
    ruledOut: hit.ruledOut.map(({ code, because }) =>
      isVerbatim(because) && !lines.holds(because.en) ? { code, because: assumedText(because.en) } : { code, because },
    ),
  };
}

function marked(one: Evidence, lines: RenderedLines): Evidence {
  if (one.state === undefined || one.state.assumed || lines.has(one.state)) return one;
  return assumedEvidence({ ...one.state, assumed: true });
}
