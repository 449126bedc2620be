// The tool as users have it (scripts/build.ts), built once for a whole test run: with what V8 compiled of it beside it, starting
// it takes half of what a plain bundle takes, and tests start it hundreds of times.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The built program of this test run. */
    program: string;
  }
}

const root = join(import.meta.dirname, "../..");
const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
const START = "start.cjs";

/** Builds the program before the first test (`inject("program")` names it) and removes it after the last. */
export default function setup(project: TestProject): () => void {
  // Below the project, so that it finds package.json, recordings and packages where the sources find them.
  const place = mkdtempSync(join(root, "node_modules/.pktwhy-"));
  execFileSync(process.execPath, [tsx, join(root, "scripts/build.ts"), place], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  // Half of a live run is nobody.
  chmodSync(place, 0o755);
  project.provide("program", join(place, START));
  return () => rmSync(place, { recursive: true, force: true });
}

/** A copy of it that everybody may read, in a directory that is the caller's to remove. */
export function copied(program: string): { readonly place: string; readonly program: string } {
  const place = mkdtempSync(join(tmpdir(), "pktwhy-nobody-"));
  cpSync(dirname(program), place, { recursive: true });
  copyFileSync(join(root, "package.json"), join(place, "package.json"));
  chmodSync(place, 0o755);
  return { place, program: join(place, START) };
}
