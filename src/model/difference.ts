// Two states compared by one ping: how it ends by each, and which of their differences makes it end otherwise.

import type { Code } from "./code.ts";
import type { Fix } from "./finding.ts";
import type { Verdict } from "./report.ts";
import type { Text } from "./text.ts";
import type { Attempt } from "./trace.ts";

/** How the ping ends by one of the states. */
export interface SideEnd {
  /** The file or directory, as it was named. */
  readonly name: string;
  readonly verdict: Verdict;
  readonly code: Code | null;
  readonly headline: Text;
}

/** One difference, as somebody would say it. */
export interface NamedDifference {
  readonly netns: string;
  readonly part: string;
  readonly text: Text;
}

/** What became of the search for what decides. */
export type DifferenceResult =
  /** Each set by itself makes it end otherwise; restored: without all of them the second state ends as the first. */
  | { readonly kind: "decided"; readonly sets: readonly (readonly NamedDifference[])[]; readonly isRestored: boolean }
  /** It ends alike by both. */
  | { readonly kind: "alike" }
  /** By both it fails, for another reason. */
  | { readonly kind: "another-cause" }
  /** The walk of one of them does not come to an end that can be compared. */
  | { readonly kind: "cannot-tell" }
  | { readonly kind: "not-among-them" }
  | { readonly kind: "too-many" };

/** The comparison. */
export interface Difference {
  /** Names of the hosts, where there are several: keys of namespaces begin with them. */
  readonly hosts?: readonly string[];
  readonly attempt: Attempt;
  readonly first: SideEnd;
  readonly second: SideEnd;
  readonly result: DifferenceResult;
  /** What else differs and has no part in it. */
  readonly others: readonly NamedDifference[];
  /** The repair of the second state, where it fails and one was proven. */
  readonly fix: Fix | null;
  /** What limits the comparison. */
  readonly notes: readonly Text[];
}
