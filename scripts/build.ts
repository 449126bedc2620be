// Builds what is shipped: minified files for the command, one readable file and its declarations for the library.

import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));

rmSync(join(root, "dist"), { recursive: true, force: true });

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "warning",
} as const;

await build({
  ...common,
  entryPoints: { cli: "src/cli/main.ts" },
  outdir: "dist",
  // What a command imports only when it runs is a file of its own: --help reads 60 of 500 kB.
  splitting: true,
  chunkNames: "cli/[name]-[hash]",
  minify: true,
  // Han characters stay as they are: escaped they would take twice the bytes, and start-up reads them all.
  charset: "utf8",
  // Packages in CommonJS ask for `util` and `os` by `require`, which a module does not have.
  banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
});

await build({
  ...common,
  entryPoints: ["src/index.ts"],
  outfile: "dist/index.js",
  packages: "external",
  charset: "utf8",
});

execFileSync(process.execPath, [join(typescript, "bin/tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
