// What must hold of every walk and of everything told by one; where it does not, the program is wrong, not the network.

import type { Text } from "./text.ts";

/** One place where a rule does not hold. */
export interface Breach {
  /**
   * hop: how packets enter and leave namespaces. place: interfaces are where the state has them. sighting: what should
   * be, or was, seen belongs to a step. time: it does not go back along a journey. quote: lines of state are the state's.
   */
  readonly rule: "hop" | "place" | "sighting" | "time" | "quote";
  /** Where it was found, and what was expected instead. */
  readonly text: Text;
}
