// Bundles what `--remote node` sends to another host: one script that needs node alone.

import { join } from "node:path";
import { build } from "esbuild";

/** Writes it to this file. */
export async function farSide(file: string): Promise<void> {
  await build({
    absWorkingDir: join(import.meta.dirname, ".."),
    entryPoints: ["src/hosts/far-side/main.ts"],
    outfile: file,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    logLevel: "warning",
    // It lies in no directory: it is run from memory.
    define: { "import.meta.url": '""', "import.meta.dirname": '""' },
  });
}
