// What the kernel changes by itself when somebody changes something else: it goes with what it follows from.

import type { Change } from "./changes.ts";

/** The chosen differences with those that follow from them; `made` is what somebody changed, of all there are. */
export function withFollowing(all: readonly Change[], chosen: readonly Change[], made: readonly Change[]): Change[] {
  const taken = new Set(chosen);
  const causes = chosen.filter(({ follows }) => !follows);
  return all.filter((one) => taken.has(one) || (one.follows && causes.some((cause) => isBehind(one, cause, made))));
}

// A carrier follows any link; a route or an entry its own device.
function isBehind(follower: Change, cause: Change, made: readonly Change[]): boolean {
  if (follower.part === "link") return cause.part === "link" || cause.part === "namespace";
  const own = made.filter(
    (one) => one.netns === follower.netns && one.device !== null && one.device === follower.device,
  );
  if (own.length > 0) return own.includes(cause);
  return cause.part === "link" || cause.part === "namespace" || cause.part === "address";
}
