// Which namespaces of a state matter to a ping: those that cables join to where it is typed, over however many others.

import type { SystemState } from "../../model/system-state.ts";
import { leadsOut, otherEnd } from "./peer.ts";

const kept = new WeakMap<SystemState, ReadonlyMap<string, ReadonlySet<string>>>();

/** The keys of the namespaces that are joined to these, and these, in the order of the state. */
export function joinedTo(state: SystemState, asking: readonly string[]): string[] {
  const neighbours = kept.get(state) ?? neighboursIn(state);
  kept.set(state, neighbours);
  const reached = new Set<string>();
  const waiting = asking.filter((key) => neighbours.has(key));
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (reached.has(key)) continue;
    reached.add(key);
    waiting.push(...(neighbours.get(key) ?? []));
  }
  return [...neighbours.keys()].filter((key) => reached.has(key));
}

/**
 * The state without the namespaces that nothing joins to this one, which may hold the same addresses and MAC addresses; all
 * of it where a cable leads out of view, since what is behind it may be any of them.
 */
export function withoutStrangers(state: SystemState, netns: string): SystemState {
  const near = joinedTo(state, [netns]);
  if (near.length === 0 || near.length === state.namespaces.size) return state;
  const namespaces = new Map([...state.namespaces].filter(([key]) => near.includes(key)));
  const goesOn = [...namespaces.values()].some(({ key, links }) =>
    (links ?? []).some(({ name }) => leadsOut(otherEnd(state, key, name))),
  );
  return goesOn ? state : { ...state, namespaces };
}

// Which namespace a cable leads to from which.
function neighboursIn(state: SystemState): Map<string, Set<string>> {
  const neighbours = new Map([...state.namespaces.keys()].map((key) => [key, new Set<string>()]));
  for (const [key, ns] of state.namespaces) {
    for (const link of ns.links ?? []) {
      const end = otherEnd(state, key, link.name);
      const joined = end.kind === "peer" ? [end] : end.kind === "wire" ? end.ends : [];
      // A device that stands on another's is joined both ways.
      for (const { netns } of joined) {
        neighbours.get(key)?.add(netns);
        neighbours.get(netns)?.add(key);
      }
    }
  }
  return neighbours;
}
