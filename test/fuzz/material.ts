// What the fuzzer works with: captures, their frames, and the states that lie beside recorded ones.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { SystemState } from "../../src/model/system-state.ts";
import { parseState } from "../../src/system/parse.ts";
import type { Material } from "./case.ts";
import { captureSeeds, framesOf } from "./seeds.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");
const STATES = 6;

/** Reads everything; `explained` is the share of cases to be put into words. */
export function materialFor(explained: number): Material {
  const captures = captureSeeds();
  return { captures, frames: framesOf(captures), states: [null, null, ...states()], explained };
}

function states(): SystemState[] {
  const names = existsSync(fixtures) ? readdirSync(fixtures).sort() : [];
  const paths = names.map((name) => join(fixtures, name, "state.json.gz")).filter((path) => existsSync(path));
  const step = Math.max(1, Math.floor(paths.length / STATES));
  return paths
    .filter((_, i) => i % step === 0)
    .map((path) => parseState(JSON.parse(gunzipSync(readFileSync(path)).toString("utf8")), path).state);
}
