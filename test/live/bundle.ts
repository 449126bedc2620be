// The tool as one file in a place that everybody may read: a user without rights need not see the tree that tests run in.

import { chmodSync, copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "../..");

/** Builds it; the directory, with `cli.mjs` in it, is the caller's to remove. */
export async function bundled(): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), "pktwhy-nobody-"));
  chmodSync(place, 0o755);
  copyFileSync(join(root, "package.json"), join(place, "package.json"));
  await build({
    absWorkingDir: root,
    entryPoints: ["src/cli/main.ts"],
    outfile: join(place, "cli.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
  });
  return place;
}
