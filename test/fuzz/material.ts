// What the fuzzer works with, by family: captures and their frames, pasted texts, recorded fixtures with their state.

import { parseState } from "../../src/system/parse.ts";
import { captureFamily } from "./captures.ts";
import type { Family } from "./family.ts";
import { frameFamily } from "./frames.ts";
import { gzipFamily } from "./gzips.ts";
import { pastedTexts, pasteFamily } from "./pastes.ts";
import { readerFamily } from "./readers.ts";
import { recordings } from "./recordings.ts";
import { reportFamily } from "./reports.ts";
import { captureSeeds, framesOf } from "./seeds.ts";
import { stateFamily } from "./states.ts";

const STATES = 6;
const RECORDINGS = 40;

/** All families; `explained` is the share of captures to be put into words. */
export async function families(explained: number): Promise<Family[]> {
  const captures = captureSeeds();
  const frames = framesOf(captures);
  const states = recordings(STATES).map(({ name, state }) => parseState(state, name).state);
  const recorded = recordings(RECORDINGS);
  return [
    frameFamily(frames),
    readerFamily(captures, frames),
    captureFamily({ captures, frames, states: [null, null, ...states], explained }),
    gzipFamily(captures),
    pasteFamily(pastedTexts()),
    stateFamily(recorded),
    await reportFamily(recorded),
  ];
}
