// What a walk with a set of edits done says of them: answered by the owner, further on, or of no use; and whether it harms.

import type { Edit } from "../../model/edit.ts";
import type { CauseHit, Proof } from "../../model/finding.ts";
import type { SystemState } from "../../model/system-state.ts";
import type { Text } from "../../model/text.ts";
import { type Attempt, stepsOf, type Trace } from "../../model/trace.ts";
import type { RepairVerdict } from "../../model/why.ts";
import type { WalkBudget } from "./budget.ts";
import { type Harm, harmToOthers } from "./harm.ts";

/** A repair, or what comes nearest to one. */
export interface Repair {
  readonly edits: readonly Edit[];
  /** What each proposal of it does. */
  readonly effects: readonly Text[];
  /** What each proposal of it is against, in the order in which a packet meets them; what stands out besides is none. */
  readonly hits: readonly CauseHit[];
  readonly proof: Proof;
  /** What stops it then, where it gets further only. */
  readonly next: CauseHit | null;
}

/** A set of edits, done. */
export interface Node {
  readonly edits: readonly Edit[];
  readonly effects: readonly Text[];
  /** What each proposal of it is against, in the order in which they were met. */
  readonly hits: readonly CauseHit[];
  readonly cost: number;
  /** Where the walk before the last of them was stopped; null for none. */
  readonly stoppedAt: CauseHit | null;
  readonly state: SystemState;
  readonly attempt: Attempt;
}

/** What sets are measured by. */
export interface Yardstick {
  /** The state as it is, before any edit. */
  readonly state: SystemState;
  readonly owners: ReadonlySet<string>;
  /** What stopped the ping at first. */
  readonly first: CauseHit;
  readonly budget: WalkBudget;
  /** Asked instead of walking the pairs of others, by whoever walks them all anyway. */
  readonly harms: (() => Harm) | null;
}

/** What a set does; `repair` is null where it does not help, or does harm. */
export interface Judged {
  readonly repair: Repair | null;
  readonly verdict: Exclude<RepairVerdict, "harmful" | "chosen">;
}

/** Judges a set of edits by the walk after it. */
export function judged(node: Node, walked: Trace, { state, owners, first, budget, harms }: Yardstick): Judged {
  const { edits, effects, hits } = node;
  const { disposition } = walked;
  if (disposition.kind === "answered") {
    if (!isByOwner(walked, owners)) return { repair: null, verdict: "other-host" };
    const others = { edits, attempt: node.attempt, source: walked.source, budget };
    const harm = harms === null ? harmToOthers(state, node.state, others) : harms();
    if (harm === "breaks") return { repair: null, verdict: "breaks" };
    const proof = harm === "none" ? "answered" : "harm-unchecked";
    return { repair: { edits, effects, hits, proof, next: null }, verdict: "answers" };
  }
  if (disposition.kind !== "stopped")
    return { repair: { edits, effects, hits, proof: "unproven", next: null }, verdict: "unproven" };
  const { hit } = disposition;
  const same = hit.code === first.code && hit.netns === first.netns && hit.interface === first.interface;
  // Another ping is a way round, and none where it is not answered.
  if (same || edits.some(({ kind }) => kind === "question")) return { repair: null, verdict: "no-use" };
  return { repair: { edits, effects, hits, proof: "further", next: hit }, verdict: "further" };
}

/** Whether the walk ends where the one before the last edits did: what they do is not what it lacks. */
export function isNoFurther({ stoppedAt }: Node, { disposition }: Trace): boolean {
  if (stoppedAt === null || disposition.kind !== "stopped") return false;
  const { code, netns, interface: name, facts } = disposition.hit;
  const same = code === stoppedAt.code && netns === stoppedAt.netns && name === stoppedAt.interface;
  return same && JSON.stringify(facts) === JSON.stringify(stoppedAt.facts);
}

// Whoever answered in the place of the address's owner is no repair.
function isByOwner(walked: Trace, owners: ReadonlySet<string>): boolean {
  const answered = stepsOf(walked).filter((step) => step.kind === "icmp-echo");
  return owners.size === 0 || answered.length === 0 || answered.some((step) => owners.has(step.netns));
}
