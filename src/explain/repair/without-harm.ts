// Fixes that no search has proven: those beside the answer, and of an answer that the state leaves open. None of them may give
// an address away, be refused by the kernel, or stop the ping where it is answered.

import { applyAll } from "../../edits/edits.ts";
import type { Finding, Fix } from "../../model/finding.ts";
import type { SystemState } from "../../model/system-state.ts";
import type { Trace } from "../../model/trace.ts";
import { predict } from "../../predict/predict.ts";
import type { WalkBudget } from "./budget.ts";
import { isGift } from "./give.ts";
import { isHarmful, isRefused } from "./harm.ts";

/** What the fixes are held against. */
export interface Untried {
  readonly state: SystemState;
  /** The walk of the ping; null where there is none. */
  readonly trace: Trace | null;
  readonly budget: WalkBudget;
}

/** Findings beside the answer: what would give an address was tried for the answer, or is not what is missing. */
export function besideAnswer(findings: readonly Finding[], untried: Untried): Finding[] {
  return findings.map((one) => kept(one, untried, (fix) => !gives(fix)));
}

/** An answer that was not repaired, and what stands beside it. */
export function unrepaired([answer, ...others]: readonly Finding[], untried: Untried): Finding[] {
  if (answer === undefined) return [];
  const { disposition } = untried.trace ?? {};
  // A program may have the address already.
  const mayBeHeld = disposition?.kind === "open" && disposition.missing.includes("sockets");
  return [kept(answer, untried, (fix) => !(mayBeHeld && gives(fix))), ...besideAnswer(others, untried)];
}

function gives({ edits = [] }: Fix): boolean {
  return edits.some(isGift);
}

function kept(finding: Finding, untried: Untried, isWanted: (fix: Fix) => boolean): Finding {
  const fixes = finding.fixes.filter((fix) => isWanted(fix) && !harms(fix, untried));
  return fixes.length === finding.fixes.length ? finding : { ...finding, fixes };
}

function harms({ edits = [] }: Fix, { state, trace, budget }: Untried): boolean {
  if (edits.length === 0) return false;
  if (edits.some((edit) => isHarmful(edit, state)) || isRefused(state, edits)) return true;
  if (trace?.disposition.kind !== "answered" || edits.some(({ kind }) => kind === "question")) return false;
  const after = applyAll(state, edits);
  return after !== null && budget.take(1) && predict(after, trace.attempt).disposition.kind === "stopped";
}
