// The tool as one file, bundled from the sources once for a whole test run: starting it takes a fifth of what loading the
// sources one by one takes, and tests start it hundreds of times.

import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { TestProject } from "vitest/node";
import { farSide } from "../../scripts/far-side.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The bundled program of this test run. */
    program: string;
  }
}

const root = join(import.meta.dirname, "../..");

/** Builds the program before the first test (`inject("program")` names it) and removes it after the last. */
export default async function setup(project: TestProject): Promise<() => void> {
  // Below the project, so that it finds package.json, recordings and packages where the sources find them.
  const place = mkdtempSync(join(root, "node_modules/.pktwhy-"));
  // Half of a live run is nobody.
  chmodSync(place, 0o755);
  const program = join(place, "cli.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["src/cli/main.ts"],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
  });
  await farSide(join(place, "far-side.cjs"));
  project.provide("program", program);
  return () => rmSync(place, { recursive: true, force: true });
}

/** A copy of it that everybody may read, beside nothing but package.json; the directory is the caller's to remove. */
export function copied(program: string): string {
  const place = mkdtempSync(join(tmpdir(), "pktwhy-nobody-"));
  chmodSync(place, 0o755);
  copyFileSync(join(root, "package.json"), join(place, "package.json"));
  copyFileSync(program, join(place, "cli.mjs"));
  return place;
}
