// What the notices of an audit come from.

import type { SystemState } from "../../model/system-state.ts";
import type { AllPairs } from "../classes/pairs.ts";
import type { Walks } from "../walks.ts";

/** A state, its pairs and how they end. */
export interface Noticed {
  readonly state: SystemState;
  readonly walks: Walks;
  readonly all: AllPairs;
}
