// Which states a flow may be explained by: those of its own moments, and what was only found at the end.

import type { Flow, Outcome } from "../../model/flow.ts";
import { startOf } from "../../model/journey.ts";
import type { Moment } from "../../model/moment.ts";
import { cameBack, journeysOf } from "../../model/observed.ts";
import type { SystemState } from "../../model/system-state.ts";
import { MILLISECOND, type Nanoseconds } from "../../model/time.ts";
import { changesBetween } from "../since/changes.ts";

// A monitor hears of a change a little later than the packets meet it.
const SLACK = 50n * MILLISECOND;
const MOST_TRIED = 24;

/** What a flow is explained by. */
export interface StatesOfFlow {
  readonly state: SystemState;
  /** What came later and may explain it, the likeliest first. */
  readonly tried: readonly SystemState[];
}

/** The moments of a case and what no monitor tells of: the states before and after differ in it. */
export class Moments {
  readonly list: readonly Moment[];
  readonly #after: SystemState | null;
  readonly #late = new Map<Moment, SystemState | null>();
  #unmonitored: ((state: SystemState) => SystemState) | null | undefined;

  constructor(list: readonly Moment[], after: SystemState | null) {
    this.list = list;
    this.#after = after;
  }

  /** The state in the end, as it was read, else as it was told. */
  get last(): SystemState {
    return this.#after ?? (this.list.at(-1) as Moment).state;
  }

  /** The state in which the flow began, and those that came later and overlap with what was lost of it until `end`. */
  statesOf(flow: Flow, end: Nanoseconds | null): StatesOfFlow {
    const first = this.at(flow.from);
    const spans = lostSpans(flow);
    const own = spans.length === 0 ? this.within(flow.from, end) : this.#overlapping(spans);
    const exact = own.map(({ state }) => state);
    const late = [first, ...own].flatMap((moment) => this.#withUnmonitored(moment) ?? []);
    const tried = [...new Set([...exact, ...late])].filter((state) => state !== first.state);
    return { state: first.state, tried: tried.slice(0, MOST_TRIED) };
  }

  /** The moment at this time, where it surely held. */
  at(time: Nanoseconds | null): Moment {
    const found = time === null ? 0 : this.list.findLastIndex(({ surely }) => surely === null || surely <= time);
    return this.list[Math.max(0, found)] as Moment;
  }

  /** The moments that this span overlaps. */
  within(from: Nanoseconds | null, to: Nanoseconds | null): Moment[] {
    return this.list.filter((moment, index) => {
      const until = this.list[index + 1]?.surely ?? null;
      const begun = to === null || moment.from === null || moment.from <= to + SLACK;
      return begun && (from === null || until === null || until >= from - SLACK);
    });
  }

  /** Whether this state is one that the monitors tell of, with nothing that was only found later. */
  momentOf(state: SystemState | null): { readonly moment: Moment; readonly exact: boolean } | null {
    for (const moment of this.list) {
      if (moment.state === state) return { moment, exact: true };
      if (this.#late.get(moment) === state && state !== null) return { moment, exact: false };
    }
    return null;
  }

  // In the order of time, those that held when a request was sent first.
  #overlapping(spans: readonly Span[]): Moment[] {
    const sent = spans.flatMap(({ from }) => (from === null ? [] : [this.at(from)]));
    return [...new Set([...sent, ...spans.flatMap(({ from, to }) => this.within(from, to))])];
  }

  #withUnmonitored(moment: Moment): SystemState | null {
    const known = this.#late.get(moment);
    if (known !== undefined) return known;
    if (this.#unmonitored === undefined) this.#unmonitored = unmonitored(this.list, this.#after);
    // What was read in the end is what held in the end, with what it counted and learned.
    const read = moment === this.list.at(-1) ? this.#after : null;
    const state = read ?? (this.#unmonitored === null ? null : this.#unmonitored(moment.state));
    this.#late.set(moment, state);
    return state;
  }
}

// What the last moment and the state that was read after it differ in; null where they agree.
function unmonitored(list: readonly Moment[], after: SystemState | null) {
  const last = list.at(-1)?.state;
  if (after === null || last === undefined) return null;
  const changes = changesBetween(last, after).filter(({ follows, part }) => !follows && part !== "namespace");
  if (changes.length === 0) return null;
  return (state: SystemState) => changes.reduce((made, change) => change.make(made), state);
}

interface Span {
  readonly from: Nanoseconds | null;
  readonly to: Nanoseconds | null;
}

// When what was lost of the flow was on its way.
function lostSpans(flow: Flow): Span[] {
  return [...flow.echoOutcomes, ...flow.arpOutcomes].filter((one) => isLost(one, flow.netns)).map(spanOf);
}

/** Whether the exchanges of this outcome got no answer. */
export function isLost({ first }: Outcome, asker: string | null): boolean {
  if (first.kind === "lone") return false;
  if (first.kind === "arp" && first.purpose !== "resolve") return false;
  return !cameBack(first, first.kind === "echo" ? asker : null);
}

/** From the first sight of its first exchange to the latest of its last. */
export function spanOf({ first, last }: Outcome): Span {
  const times = [first, ...(last === null ? [] : [last])].flatMap((one) =>
    journeysOf(one).flatMap((journey) => startOf(journey) ?? []),
  );
  if (times.length === 0) return { from: null, to: null };
  return {
    from: times.reduce((a, b) => (a < b ? a : b)),
    to: times.reduce((a, b) => (a > b ? a : b)),
  };
}
