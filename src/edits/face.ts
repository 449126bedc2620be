// What every kind of edit can do: change a state, be typed, be undone, be kept, and what it costs.

import type { Edit, Keep } from "../model/edit.ts";
import type { Manager } from "../model/manager.ts";
import type { SystemState } from "../model/system-state.ts";

/** The faces of one kind of edit. */
export interface Face<E extends Edit> {
  /** The state right after it was typed; null where the kernel would refuse it, or the state does not tell what it meets. */
  apply(state: SystemState, edit: E): SystemState | null;
  /** As typed behind `sudo ip netns exec NS`. */
  command(edit: E): string;
  /** Edits that bring back what was there before; null where the state does not tell what that was. */
  undo(edit: E, before: SystemState): readonly Edit[] | null;
  /** What makes it survive a reboot on a host kept by this manager; null where nothing needs to or can be kept. */
  keep(edit: E, manager: Manager): Keep | null;
  readonly cost: number;
}

/** A host's setting < a new route or address < a firewall edit < another question. */
export const COST = { setting: 1, route: 3, firewall: 9, question: 27 } as const;
