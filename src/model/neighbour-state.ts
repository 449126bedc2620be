// States of a neighbour entry.

// NUD_VALID, in the order in which an entry of several is told.
const VALID = ["PERMANENT", "NOARP", "REACHABLE", "STALE", "DELAY", "PROBE"] as const;

/** The state in which an entry's MAC address may be used, as ip-neigh prints it; null where it may not. */
export function validState(states: ReadonlySet<string>): (typeof VALID)[number] | null {
  return VALID.find((state) => states.has(state)) ?? null;
}
