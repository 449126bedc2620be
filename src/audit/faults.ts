// The fewest faults that explain all failing pairs: each is the repair of the stop that most pairs meet first, made in the
// state before the next is looked for; at the end those without which everything works as well are left out.

import { causes } from "../causes/registry.ts";
import { walkBudget } from "../explain/repair/budget.ts";
import type { Repair } from "../explain/repair/judge.ts";
import { isProven, searchRepair } from "../explain/repair/search.ts";
import type { Ipv4 } from "../model/address.ts";
import type { Edit } from "../model/edit.ts";
import type { CauseHit } from "../model/finding.ts";
import type { SystemState } from "../model/system-state.ts";
import { text } from "../model/text.ts";
import type { Transport } from "../model/transport.ts";
import { predict } from "../predict/predict.ts";
import { type AllPairs, type PairClass, pairsIn } from "./classes/pairs.ts";
import { questionFrom } from "./question.ts";
import type { Edited, End, Walks } from "./walks.ts";

/** A fault, with the repair that was found for one of its pairs. */
export interface FoundFault {
  readonly hit: CauseHit;
  readonly asker: string;
  readonly destination: Ipv4;
  readonly repair: Repair;
}

/** What the search starts from: the state some minutes later, when what was learned has expired. */
export interface Searched {
  readonly state: SystemState;
  readonly transport: Transport | null;
  readonly walks: Walks;
}

/** The faults in the order in which they were found, and the pairs of the state in classes that all of them leave alike. */
export interface FoundFaults {
  readonly faults: readonly FoundFault[];
  readonly all: AllPairs;
  /** More faults than were looked for. */
  readonly isCut: boolean;
}

const MOST_FAULTS = 40;
const MOST_WALKS = 80;
/** Pairs of one stop for which a repair is looked for. */
const MOST_TRIED = 2;
/** Repairs of one pair that are compared. */
const MOST_OFFERS = 5;

/** Looks for them. */
export function findFaults(searched: Searched, first: AllPairs): FoundFaults {
  const { state, transport } = searched;
  const found: FoundFault[] = [];
  const givenUp = new Set<string>();
  let marked: string[] = [];
  let all = first;
  let current: Edited = { edits: [], state };
  for (;;) {
    const stop = largestStop(searched, all, current, givenUp);
    if (stop === null) return { faults: needed(searched, found, all), all, isCut: false };
    if (found.length >= MOST_FAULTS) return { faults: needed(searched, found, all), all, isCut: true };
    const next = repaired(searched, all, stop, current);
    if (next === null) {
      givenUp.add(stop.key);
      continue;
    }
    // Of hosts that are alike one is mended now: it is like no other any more.
    const touched = hostsOf(next.fault.repair.edits).filter((key) => !marked.includes(key));
    const finer = touched.length === 0 ? all : pairsIn(state, transport, [...marked, ...touched]);
    if (breaks(searched, finer, current, next.after)) {
      givenUp.add(stop.key);
      continue;
    }
    marked = [...marked, ...touched];
    all = finer;
    found.push(next.fault);
    current = next.after;
  }
}

/** Whether an end is one that somebody should mend; nobody expects an answer from a port where nothing listens. */
export function isFailing({ kind, hit }: End): boolean {
  return kind === "stopped" && hit?.code !== "port-no-listener";
}

/** The edits of all faults but one. */
export function editsOf(faults: readonly FoundFault[], except: FoundFault | null = null): Edit[] {
  return faults.flatMap((fault) => (fault === except ? [] : fault.repair.edits));
}

/** How many pairs of some classes end so. */
export function pairsThat(classes: readonly PairClass[], holds: (asker: string, destination: Ipv4) => boolean): number {
  let count = 0;
  for (const { askers, destinations, pairs } of classes) if (holds(askers[0], destinations[0])) count += pairs;
  return count;
}

interface Stop {
  readonly key: string;
  readonly hit: CauseHit;
  pairs: number;
  readonly met: { readonly asker: string; readonly destination: Ipv4; readonly pairs: number }[];
}

// Where most of the failing pairs are stopped first.
function largestStop(
  { state, walks }: Searched,
  { classes }: AllPairs,
  current: Edited,
  givenUp: ReadonlySet<string>,
): Stop | null {
  const stops = new Map<string, Stop>();
  for (const { askers, destinations, pairs } of classes) {
    const [asker, destination] = [askers[0], destinations[0]];
    // What works is broken by no repair that was taken.
    if (!isFailing(walks.end(state, asker, destination))) continue;
    const end = walks.endAfter(state, current, asker, destination);
    if (!isFailing(end) || end.hit === null) continue;
    const key = stopKey(end.hit);
    if (givenUp.has(key)) continue;
    const stop = stops.get(key) ?? { key, hit: end.hit, pairs: 0, met: [] };
    stop.pairs += pairs;
    stop.met.push({ asker, destination, pairs });
    stops.set(key, stop);
  }
  return [...stops.values()].sort((a, b) => b.pairs - a.pairs)[0] ?? null;
}

/** One place and one cause, whoever meets it. */
export function stopKey({ code, netns, interface: name }: CauseHit): string {
  return `${code} ${netns} ${name}`;
}

// Of what answers one of its pairs, that which mends most of them.
function repaired(
  searched: Searched,
  all: AllPairs,
  { hit, met }: Stop,
  current: Edited,
): { readonly fault: FoundFault; readonly after: Edited } | null {
  const { state, transport, walks } = searched;
  const tried = [...met].sort((a, b) => b.pairs - a.pairs).slice(0, MOST_TRIED);
  for (const { asker, destination } of tried) {
    const trace = predict(current.state, questionFrom(asker, destination, transport));
    const budget = walkBudget(MOST_WALKS);
    const found = searchRepair({ state: current.state, trace, causes, budget, harms: () => "none" });
    const offers = [...(found?.repair ? [found.repair] : []), ...(found?.single ?? [])].flatMap((repair) => {
      if (!isProven(repair) || repair.edits.some(({ kind }) => kind === "question")) return [];
      return [repair, ...broader(repair, current.state)];
    });
    const ranked = offers.slice(0, MOST_OFFERS).flatMap((repair) => {
      const after = walks.edited(state, [...current.edits, ...repair.edits]);
      if (after === null) return [];
      const mended = pairsThat(
        all.classes.filter(({ askers, destinations }) =>
          isFailing(walks.endAfter(state, current, askers[0], destinations[0])),
        ),
        (one, other) => walks.endAfter(state, after, one, other).kind === "answered",
      );
      return [{ fault: { hit: blamed(repair, hit), asker, destination, repair }, after, mended }];
    });
    const best = ranked.sort((a, b) => b.mended - a.mended)[0];
    if (best !== undefined) return best;
  }
  return null;
}

// A host without a default route mostly lacks that, and not a route to each subnet.
function broader(repair: Repair, { namespaces }: SystemState): Repair[] {
  const [edit, ...others] = repair.edits;
  if (edit?.kind !== "route" || others.length > 0 || edit.verb !== "add" || edit.via === undefined) return [];
  const routes = edit.netns === null ? undefined : namespaces.get(edit.netns)?.routes;
  const hasDefault = routes === undefined || routes.some(({ destination }) => destination.length === 0);
  if (hasDefault || edit.destination === "default") return [];
  return [{ ...repair, edits: [{ ...edit, destination: "default" }], effects: [DEFAULT_ROUTE] }];
}

const DEFAULT_ROUTE = text("adds a default route", "添加默认路由");

// The repair may be of something else than what stopped the packet.
function blamed({ hits }: Repair, stop: CauseHit): CauseHit {
  return hits[0] ?? stop;
}

function breaks({ state, walks }: Searched, { classes }: AllPairs, before: Edited, after: Edited): boolean {
  return classes.some(({ askers, destinations }) => {
    const [asker, destination] = [askers[0], destinations[0]];
    if (walks.endAfter(state, before, asker, destination).kind !== "answered") return false;
    return walks.endAfter(state, after, asker, destination).kind === "stopped";
  });
}

// Without a fault that another one's repair makes up for, everything works as well.
function needed({ state, walks }: Searched, found: readonly FoundFault[], { classes }: AllPairs): FoundFault[] {
  let kept = [...found];
  const failing = (faults: readonly FoundFault[]): number | null => {
    const after = walks.edited(state, editsOf(faults));
    if (after === null) return null;
    return pairsThat(classes, (asker, destination) => isFailing(walks.endAfter(state, after, asker, destination)));
  };
  const best = failing(kept);
  for (const fault of found) {
    const others = kept.filter((one) => one !== fault);
    const left = others.length === kept.length || kept.length === 1 ? null : failing(others);
    if (left !== null && best !== null && left <= best) kept = others;
  }
  return kept;
}

function hostsOf(edits: readonly Edit[]): string[] {
  return [...new Set(edits.flatMap((edit) => (edit.kind === "question" || edit.netns === null ? [] : [edit.netns])))];
}
