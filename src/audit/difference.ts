// Two states and one ping: how it ends by each, and the differences that decide, proven by making each in the first alone.

import { type Change, changesBetween } from "../explain/since/changes.ts";
import { notCompared } from "../explain/since/not-compared.ts";
import type { Difference, DifferenceResult, NamedDifference, SideEnd } from "../model/difference.ts";
import type { Report } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { text } from "../model/text.ts";
import type { Attempt, Disposition } from "../model/trace.ts";
import { predict } from "../predict/predict.ts";
import { decide } from "./decide.ts";

/** One of the two states, with what is foretold by it. */
export interface Side {
  readonly name: string;
  readonly state: SystemState;
  readonly forecast: Report;
}

/** The comparison; the first is the one that is meant to be good. */
export function differenceOf(first: Side, second: Side, attempt: Attempt): Difference {
  const all = changesBetween(first.state, second.state);
  const before = predict(first.state, attempt).disposition;
  const after = predict(second.state, attempt).disposition;
  const found = resultOf({ first, second, attempt }, all, before, after);
  const named = found.kind === "decided" ? found.sets.flat() : [];
  return {
    attempt,
    first: endOf(first),
    second: endOf(second),
    result: found.kind === "decided" ? { ...found, sets: found.sets.map((set) => set.map(toldOf)) } : found,
    others: all.filter((change) => !change.follows && !named.includes(change)).map(toldOf),
    fix: fixOf(second.forecast),
    notes: [...second.forecast.notes, ...notCompared(first.state, second.state)],
  };
}

type Found =
  | Exclude<DifferenceResult, { readonly kind: "decided" }>
  | { readonly kind: "decided"; readonly sets: readonly (readonly Change[])[]; readonly isRestored: boolean };

interface Compared {
  readonly first: Side;
  readonly second: Side;
  readonly attempt: Attempt;
}

function resultOf(
  { first, attempt }: Compared,
  all: readonly Change[],
  before: Disposition,
  after: Disposition,
): Found {
  // Where the later state leaves it open, what made it so can be told all the same.
  if (!isEnd(before)) return { kind: "cannot-tell" };
  if (before.kind === after.kind) return { kind: codeOf(before) === codeOf(after) ? "alike" : "another-cause" };
  return decide(all, (changes) => {
    const state = changes.reduce((one, change) => change.make(one), first.state);
    return predict(state, attempt).disposition.kind === after.kind;
  });
}

const isEnd = ({ kind }: Disposition): boolean => kind === "answered" || kind === "stopped";

const codeOf = (end: Disposition): string | null => (end.kind === "stopped" ? end.hit.code : null);

function endOf({ name, forecast: { answer, flows } }: Side): SideEnd {
  return {
    name,
    verdict: answer?.verdict ?? flows[0]?.verdict ?? "cannot-tell",
    code: answer?.code ?? null,
    headline: answer?.headline ?? text("", ""),
  };
}

const toldOf = ({ netns, part, text: words }: Change): NamedDifference => ({ netns, part, text: words });

function fixOf({ flows }: Report) {
  if (flows[0]?.verdict !== "failed") return null;
  return flows[0].findings[0]?.fixes.find(({ proof }) => proof === "answered") ?? null;
}
