// Which of many differences between two states decide how a ping ends: the fewest that, taken back, give it its old end.

import type { Change } from "../explain/since/changes.ts";
import { withFollowing } from "../explain/since/following.ts";

/** What the walk says of a ping by a state with these differences made. */
export type EndsOtherwise = (changes: readonly Change[]) => boolean;

/** What decides: sets of differences, each of which alone makes the ping end otherwise. */
export type Decided =
  | { readonly kind: "decided"; readonly sets: readonly (readonly Change[])[]; readonly isRestored: boolean }
  /** The walk does not end otherwise with all of them together: what decides is not among them. */
  | { readonly kind: "not-among-them" }
  | { readonly kind: "too-many" };

/** Beyond this many differences each is not tried by itself; halving finds a set, though not the smallest for certain. */
const MOST_ALONE = 400;
const MOST_WALKS = 4000;
const MOST_PAIRED = 24;

class TooMany extends Error {}

/** Finds them; `otherwise` says whether the earlier state with some differences made ends as the later one does. */
export function decide(all: readonly Change[], otherwise: EndsOtherwise): Decided {
  let walks = 0;
  const made = all.filter(({ follows }) => !follows);
  const ends = (universe: readonly Change[], chosen: readonly Change[]): boolean => {
    if (++walks > MOST_WALKS) throw new TooMany();
    return otherwise(universe === all ? chosen : withFollowing(all, chosen, made));
  };
  try {
    // What the kernel changed by itself is tried by itself only where nothing that somebody changed explains it.
    const universe = [made, all].find((some) => some.length > 0 && ends(some, some));
    return universe === undefined ? { kind: "not-among-them" } : among(universe, (chosen) => ends(universe, chosen));
  } catch (error) {
    if (error instanceof TooMany) return { kind: "too-many" };
    throw error;
  }
}

function among(universe: readonly Change[], otherwise: EndsOtherwise): Decided {
  const backs = takenBack(universe, otherwise);
  const left = lacking(universe, backs);
  const alone = backs.filter((change) => otherwise([change]));
  const together = backs.filter((change) => !alone.includes(change));
  const sets: (readonly Change[])[] = alone.map((change) => [change]);
  // Where one alone makes the difference, others that would only save it are no cause.
  if (backs.length > 0 && alone.length === 0) sets.push([...smallest(together, universe, otherwise)]);
  // Where those that do it alone are not all of it, the set that is taken back is told as one.
  else if (together.length > 0 && otherwise(lacking(universe, alone)) && otherwise(backs))
    sets.splice(0, sets.length, [...backs]);
  const named = sets.flat();
  return { kind: "decided", sets, isRestored: !otherwise(named.length === 0 ? left : lacking(universe, named)) };
}

const lacking = (universe: readonly Change[], some: readonly Change[]) => universe.filter((one) => !some.includes(one));

/** The fewest differences without which the ping ends as before; all that do so by themselves, where any does. */
function takenBack(universe: readonly Change[], otherwise: EndsOtherwise): readonly Change[] {
  if (universe.length <= MOST_ALONE) {
    const single = universe.filter((change) => !otherwise(lacking(universe, [change])));
    if (single.length > 0) return single;
  }
  if (universe.length <= MOST_PAIRED) {
    for (const [at, one] of universe.entries())
      for (const other of universe.slice(at + 1)) if (!otherwise(lacking(universe, [one, other]))) return [one, other];
  }
  return minimal(universe, (back) => !otherwise(lacking(universe, back)));
}

// A set that makes the difference by itself: those that save it, and if that is not enough, others beside them.
function smallest(some: readonly Change[], universe: readonly Change[], otherwise: EndsOtherwise): readonly Change[] {
  if (otherwise(some)) return minimal(some, otherwise);
  return minimal(universe, otherwise);
}

/** A smallest part of these for which it still holds, by halves: none of it can be left out. */
function minimal(all: readonly Change[], holds: (some: readonly Change[]) => boolean): readonly Change[] {
  const within = (needed: readonly Change[], some: readonly Change[], isTold: boolean): readonly Change[] => {
    if (isTold && holds(needed)) return [];
    if (some.length <= 1) return some;
    const half = some.slice(0, some.length >> 1);
    const other = some.slice(some.length >> 1);
    const ofOther = within([...needed, ...half], other, true);
    const ofHalf = within([...needed, ...ofOther], half, ofOther.length > 0);
    return [...ofHalf, ...ofOther];
  };
  return holds([]) ? [] : within([], all, false);
}
