// When a fault began and ended: the moments in which the walk stops just so, and the changes at either end.

import { assumedBy } from "../../edits/assumed.ts";
import type { Flow } from "../../model/flow.ts";
import type { Moment, ToldChange } from "../../model/moment.ts";
import type { SystemState } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import type { Nanoseconds } from "../../model/time.ts";
import type { Trace } from "../../model/trace.ts";
import { predictPaths } from "../../predict/predict.ts";
import type { Case } from "../case.ts";
import { type Change, changesBetween } from "../since/changes.ts";
import type { Moments } from "./of-flow.ts";
import { wordsOf } from "./words.ts";

/** One stretch of time in which the fault was there. */
export interface FaultSpan {
  /** What it began with; null where it was there before the flow began. */
  readonly began: Turn | null;
  /** What it ended with; null where it was still there at the end. */
  readonly ended: Turn | null;
  /** The interface with which it began was deleted or moved away, and did not come back. */
  readonly isGone: boolean;
}

/** A change that turned the end of the walk. */
export interface Turn {
  readonly at: Nanoseconds;
  readonly words: Text;
  /** The monitor's line that told of it. */
  readonly told: ToldChange | null;
  /** The change itself, and the states on both sides of it. */
  readonly change: Change | null;
  readonly before: SystemState;
  readonly after: SystemState;
}

const MOST_WALKED = 40;
const MOST_CHANGES = 12;

/** The stretches in which the packet of this walk is stopped by the same cause at the same place, in order of time. */
export function faultSpans(subject: Case, moments: Moments, flow: Flow, trace: Trace): FaultSpan[] {
  const own = moments.within(flow.from, endOf(subject, flow)).slice(0, MOST_WALKED);
  const stops = (state: SystemState): boolean => stopsAlike(subject, state, trace);
  const stopped = own.map(({ state }) => stops(state));
  return own.flatMap((moment, at): FaultSpan[] => {
    if (!stopped[at] || stopped[at - 1]) return [];
    // Another stop in its place is no end: an interface is set down before it is deleted.
    const end = own.findIndex(
      ({ state }, index) => index > at && stopped[index] === false && !stopsAtAll(subject, state, trace),
    );
    const next = end < 0 ? undefined : own[end];
    const began = at === 0 ? null : turnOf(own[at - 1] as Moment, moment, stops, true);
    const gone = next === undefined ? deletion(began, own.slice(at)) : null;
    return [
      {
        began: gone ?? began,
        ended: next === undefined ? null : turnOf(own[end - 1] as Moment, next, stops, false),
        isGone: gone !== null,
      },
    ];
  });
}

function stopsAtAll({ causes }: Case, state: SystemState, { attempt }: Trace): boolean {
  if (!state.namespaces.has(attempt.netns)) return false;
  return predictPaths(state, attempt, assumedBy(causes)).every(({ disposition }) => disposition.kind === "stopped");
}

// The kernel tells of a deletion twice: the interface is down, then it is gone. The fault begins with the first.
function deletion(began: Turn | null, later: readonly Moment[]): Turn | null {
  const change = began?.change ?? null;
  const last = later.at(-1)?.state;
  if (began === null || change === null || change.part !== "link" || last === undefined) return null;
  const has = (state: SystemState): boolean =>
    state.namespaces.get(change.netns)?.links?.some(({ name }) => name === change.device) !== false;
  const at = later.findIndex(({ state }) => !has(state));
  if (at < 0 || has(last)) return null;
  const told = later[at]?.told.find(({ line }) => line?.includes(change.device ?? "")) ?? began.told;
  return { ...began, words: wordsOf(change, began.before, last), told };
}

/** Until when the flow lasted; null where ping counts requests of which nothing was seen. */
export function endOf({ asked }: Pick<Case, "asked">, flow: Flow): Nanoseconds | null {
  return asked.has(flow) ? null : flow.to;
}

/** Whether this state stops the packet of the walk by the same cause at the same place. */
export function stopsAlike({ causes }: Case, state: SystemState, { attempt, disposition }: Trace): boolean {
  if (disposition.kind !== "stopped" || !state.namespaces.has(attempt.netns)) return false;
  const { code, netns } = disposition.hit;
  return predictPaths(state, attempt, assumedBy(causes)).some(
    (one) =>
      one.disposition.kind === "stopped" && one.disposition.hit.code === code && one.disposition.hit.netns === netns,
  );
}

// Of several changes at once, the one that alone turns the end of the walk is told.
function turnOf(before: Moment, after: Moment, stops: (state: SystemState) => boolean, into: boolean): Turn | null {
  const changes = changesBetween(before.state, after.state);
  const made = changes.filter(({ follows }) => !follows).slice(0, MOST_CHANGES);
  const followed = changes.filter(({ follows }) => follows).slice(0, MOST_CHANGES);
  const turns = ({ make }: Change): boolean => stops(make(before.state)) === into;
  const follower = followed.find(turns);
  // What the kernel does by itself is told by what somebody did.
  const change =
    made.find(turns) ?? made.find(({ netns }) => netns === follower?.netns) ?? follower ?? made[0] ?? followed[0];
  if (after.surely === null) return null;
  const words =
    change === undefined ? text("the state changed", "状态发生了变化") : wordsOf(change, before.state, after.state);
  const told =
    after.told.find(
      ({ netns, line }) => netns === change?.netns && (change.device === null || line?.includes(change.device)),
    ) ??
    after.told[0] ??
    null;
  return { at: after.surely, words, told, change: change ?? null, before: before.state, after: after.state };
}
