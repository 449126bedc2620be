// How many walks a report may spend on its repairs.

/** Walks that are left; what was taken does not come back. */
export interface WalkBudget {
  /** Whether so many more walks may be taken, which then are. */
  take(walks: number): boolean;
}

/** Walks of one report, over all its flows. */
const MOST_WALKS = 3000;

/** A fresh budget. */
export function walkBudget(most = MOST_WALKS): WalkBudget {
  let left = most;
  return {
    take: (walks) => {
      if (left < walks) return false;
      left -= walks;
      return true;
    },
  };
}
