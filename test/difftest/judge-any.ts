// The case of a seed: of ten one is a story, whose whole report is judged; the others are single pings, whose walk is.

import { type Judged, judge } from "./judge.ts";
import { judgeStory } from "./judge-story.ts";
import { STORY_KINDS } from "./stories.ts";

const EVERY = 10;

/** Builds, predicts or explains, pings, compares the case of a seed; `only` narrows by a part of the family's name. */
export async function judgeAny(
  seed: number,
  only: string | null = null,
): Promise<Judged & { readonly seed: number; readonly shape: string; readonly family: string }> {
  if (only !== null)
    return STORY_KINDS.some((kind) => only.startsWith(kind)) ? judgeStory(seed, only) : judge(seed, only);
  return seed % EVERY === 0 ? judgeStory(seed, "") : judge(seed);
}
