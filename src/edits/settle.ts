// What time does after an edit: what was learned expires, and spanning tree lets ports forward.

import type { BridgePort, Namespace, SystemState } from "../model/system-state.ts";
import { changePort, withoutLearned } from "./kernel/carrier.ts";
import { isStatic } from "./neighbour.ts";

/**
 * The state some minutes later, without any traffic in between: neighbours and forwarding entries that were learned are
 * gone (gc_stale_time, ageing), failed ones too, ports that listen or learn forward (twice the forward delay). What the
 * kernel does at once (routes of an address, carriers) is part of `apply`.
 */
export function settle(state: SystemState): SystemState {
  if (![...state.namespaces.values()].some(hasLearned)) return state;
  return { ...state, namespaces: new Map([...state.namespaces].map(([key, ns]) => [key, settled(ns)])) };
}

function settled(ns: Namespace): Namespace {
  // The same object where nothing changes: what is remembered of it holds on.
  if (!hasLearned(ns)) return ns;
  const aged: Namespace = {
    ...ns,
    neighbours: ns.neighbours?.filter(isStatic),
    ...withoutLearned(ns, () => true),
  };
  const waiting = ns.bridge?.ports?.filter(isWaiting) ?? [];
  return waiting.reduce((one, port) => changePort(one, port.interface, (it) => ({ ...it, state: "forwarding" })), aged);
}

function hasLearned({ neighbours = [], bridge }: Namespace): boolean {
  return (
    !neighbours.every(isStatic) ||
    (bridge?.fdb ?? []).some((entry) => !entry.local && !entry.static) ||
    (bridge?.ports ?? []).some(isWaiting)
  );
}

function isWaiting({ state }: BridgePort): boolean {
  return state === "listening" || state === "learning";
}
