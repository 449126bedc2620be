// Repairs as fixes: commands with what the walk after them said, how to undo them and how to keep them.

import { applyAll, command, keep, undo } from "../../edits/edits.ts";
import { UNPROVEN } from "../../edits/fixes.ts";
import { ownerOfEdit } from "../../edits/owner.ts";
import { spoken } from "../../model/asked-words.ts";
import type { Cause } from "../../model/cause.ts";
import type { Edit } from "../../model/edit.ts";
import type { Finding, Fix, Settle } from "../../model/finding.ts";
import type { Manager } from "../../model/manager.ts";
import { hasBlank } from "../../model/remedy.ts";
import type { SystemState } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import type { Trace } from "../../model/trace.ts";
import type { WhyLog } from "../../model/why.ts";
import { searchEnded } from "../bounds.ts";
import { blamed } from "./blame.ts";
import type { WalkBudget } from "./budget.ts";
import { isGift } from "./give.ts";
import { isHarmful, isRefused } from "./harm.ts";
import type { Repair } from "./judge.ts";
import { isProven, type RepairsFound, searchRepair, typed } from "./search.ts";
import { besideAnswer, unrepaired } from "./without-harm.ts";

/** What findings are repaired in. */
export interface Subject {
  readonly state: SystemState;
  readonly trace: Trace;
  readonly causes: readonly Cause[];
  readonly budget: WalkBudget;
  /** Told of every repair that is tried; null where nobody asked. */
  readonly why: WhyLog | null;
}

/** Findings with the repair in front of the first, and what is to be said of the search for it. */
export interface Repaired {
  readonly findings: readonly Finding[];
  readonly notes: readonly Text[];
}

/** The findings in the order of what the repair needs; the first with its fixes: the repair, and what else was proven. */
export function withRepair(findings: readonly Finding[], subject: Subject): Repaired {
  const found = searchRepair(subject);
  const [first, ...others] = found === null ? findings : blamed(findings, found, subject);
  if (found === null || first === undefined) return { findings: unrepaired(findings, subject), notes: [] };
  const notes = found.endedAfter === null ? [] : [searchEnded(found.endedAfter)];
  return { findings: [fixed(first, found, subject), ...besideAnswer(others, subject)], notes };
}

function fixed(finding: Finding, found: RepairsFound, subject: Subject): Finding {
  const fixes = fixesBy(finding, found, subject);
  const waits = found.heals ? finding.settle.filter(({ command }) => command.startsWith("sleep ")) : [];
  // What had to be filled in is needed no more where a fix is proven.
  const settle = finding.settle.filter(
    (one) => !waits.includes(one) && !(found.repair !== null && hasBlank(one.command)),
  );
  return { ...finding, settle, fixes: [...waits.map(waitOf), ...fixes].map((fix) => saidOf(fix, finding)) };
}

// Of a connection, the walk says that it is answered, too.
function saidOf(fix: Fix, { facts }: Finding): Fix {
  const { outcome } = fix;
  return {
    ...fix,
    effect: spoken(fix.effect, facts),
    ...(outcome === undefined ? {} : { outcome: spoken(outcome, facts) }),
  };
}

function waitOf({ command, because }: Settle): Fix {
  return { command, effect: because, edits: [], proof: "answered", outcome: outcomeOf("answered", 1, "", null) };
}

function fixesBy({ fixes }: Finding, { repair, single, useless }: RepairsFound, { state, causes }: Subject): Fix[] {
  const others = repair === null ? single.filter(({ edits }) => !edits.some(isGift)) : single.filter(isProven);
  const tried = [...(repair === null ? [] : [repair]), ...byProof(others)].map((one) => fixOf(one, state, causes));
  // What the state lacks the means to walk is offered as it was, and said to be unproven.
  const untried = fixes
    .filter(({ command }) => repair === null && !useless.has(command))
    .filter(
      ({ edits = [] }) => !edits.some((edit) => isHarmful(edit, state) || isGift(edit)) && !isRefused(state, edits),
    )
    .map((fix): Fix => ({ ...fix, ...facesOf(fix.edits ?? [], state), proof: "unproven", outcome: UNPROVEN }));
  const seen = new Set<string>();
  return [...tried, ...untried].filter(({ command }) => !seen.has(command) && seen.add(command));
}

function byProof(some: readonly Repair[]): Repair[] {
  const order: readonly Repair["proof"][] = ["answered", "harm-unchecked", "further", "unproven"];
  return [...some].sort((a, b) => order.indexOf(a.proof) - order.indexOf(b.proof));
}

/** A repair as a fix, with what the walk after it said. */
export function fixOf({ edits, effects, proof, next }: Repair, state: SystemState, causes: readonly Cause[]): Fix {
  const effect = text(effects.map(({ en }) => en).join("; then "), effects.map(({ zh }) => zh).join("；然后"));
  const title = causes.find(({ code }) => code === next?.code)?.title ?? null;
  return {
    command: typed(edits),
    effect,
    edits,
    proof,
    outcome: withOwners(outcomeOf(proof, edits.length, next?.code ?? "", title), edits),
    ...facesOf(edits, state),
  };
}

const UNCHECKED = text("not checked for others", "未检查对其他主机的影响");
const COUNTS: readonly Text[] = [
  text("this", "执行之后"),
  text("these two", "两条都执行之后"),
  text("these three", "三条都执行之后"),
  text("these four", "四条都执行之后"),
];

function outcomeOf(proof: Repair["proof"], edits: number, code: string, title: Text | null): Text {
  const after = COUNTS[edits - 1] ?? COUNTS[0];
  if (after === undefined || proof === "unproven") return UNPROVEN;
  if (proof === "further")
    return text(
      `after ${after.en} it gets further, to ${code}${title === null ? "" : ` (${title.en})`}`,
      `${after.zh}能走得更远，直到 ${code}${title === null ? "" : `（${title.zh}）`}`,
    );
  const answered = text(`after ${after.en} the ping is answered`, `${after.zh}，ping 就有应答`);
  return proof === "answered" ? answered : text(`${answered.en}; ${UNCHECKED.en}`, `${answered.zh}；${UNCHECKED.zh}`);
}

// A rule in a chain that a program writes anew lasts until it does.
function withOwners(outcome: Text, edits: readonly Edit[]): Text {
  const advice = new Map(edits.flatMap((edit) => ownerOfEdit(edit)?.advice ?? []).map((one) => [one.en, one]));
  return [...advice.values()].reduce((all, { en, zh }) => text(`${all.en}; ${en}`, `${all.zh}；${zh}`), outcome);
}

const NOBODY: Manager = { network: null, rules: null };

function facesOf(edits: readonly Edit[], state: SystemState): Pick<Fix, "undo" | "keep"> {
  const kept = edits.map((edit) => keep(edit, state.manager ?? NOBODY)).filter((one) => one !== null);
  const undone = undoOf(edits, state);
  return { ...(undone === null ? {} : { undo: undone }), ...(kept.length === 0 ? {} : { keep: kept }) };
}

// The last one is undone first, each in the state that it was typed in.
function undoOf(edits: readonly Edit[], state: SystemState): string[] | null {
  const lines: string[] = [];
  for (const [at, edit] of edits.entries()) {
    const before = applyAll(state, edits.slice(0, at));
    const back = before && undo(edit, before);
    if (back === null) return null;
    lines.unshift(...back.map(command));
  }
  return lines.length === 0 ? null : lines;
}
