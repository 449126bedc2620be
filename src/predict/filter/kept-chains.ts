// Chains are read once for each namespace: every packet of every walk asks for those of its hook.

import type { Namespace } from "../../model/system-state.ts";
import type { BaseChain } from "./firewall-chain.ts";

/** What else tells chains apart: families, a hook, a device. */
type Wanted = readonly (string | null | readonly string[])[];

/** The function, asked once for each namespace, which nobody changes in place, and what is wanted of it. */
export function keptForEach<Rest extends Wanted>(
  read: (ns: Namespace, ...rest: Rest) => readonly BaseChain[],
): (ns: Namespace, ...rest: Rest) => readonly BaseChain[] {
  const kept = new WeakMap<Namespace, Map<string, readonly BaseChain[]>>();
  return (ns, ...rest) => {
    const known = kept.get(ns) ?? new Map<string, readonly BaseChain[]>();
    kept.set(ns, known);
    const key = rest.join(" ");
    const chains = known.get(key) ?? read(ns, ...rest);
    known.set(key, chains);
    return chains;
  };
}
