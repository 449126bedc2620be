// Builds what is shipped: minified files for the command, one readable file and its declarations for the library.

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";

const root = join(import.meta.dirname, "..");
const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));

// Commander loads child_process (and with it net and dgram, 4 ms) for subcommands that are programs: there are none here.
const withoutPrograms: Plugin = {
  name: "commander-without-programs",
  setup(builder) {
    builder.onLoad({ filter: /commander[\\/]lib[\\/]command\.js$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const contents = source.replace(/require\(['"]node:child_process['"]\)/, "{}");
      if (contents === source) throw new Error(`${path} no longer requires child_process: this step can go`);
      return { contents, loader: "js" };
    });
  },
};

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
  entryPoints: { cli: "src/cli/start.ts" },
  outdir: "dist",
  // What a command imports only when it runs is a file of its own: --help reads 60 of 500 kB.
  splitting: true,
  chunkNames: "cli/[name]-[hash]",
  plugins: [withoutPrograms],
  minify: true,
  // Han characters stay as they are: escaped they would take twice the bytes, and start-up reads them all.
  charset: "utf8",
  // Packages in CommonJS ask for `util` and `os` by `require`, which a module does not have.
  banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
});

// The command people run most, as one function for start.ts to call, and what V8 compiled of it while it ran once.
const explainScript = join(root, "dist/explain.cjs");
await build({
  ...common,
  entryPoints: ["src/cli/main.ts"],
  outfile: explainScript,
  format: "cjs",
  // A script that V8 hands back from its cache cannot import: what is left of import() becomes require().
  supported: { "dynamic-import": false },
  plugins: [withoutPrograms],
  minify: true,
  charset: "utf8",
  define: { "import.meta.url": "ownUrl", "import.meta.dirname": "ownDirectory" },
});
const body = readFileSync(explainScript, "utf8");
writeFileSync(
  explainScript,
  `(function(require,__filename){const module={exports:{}},exports=module.exports,ownUrl=require("node:url").pathToFileURL(__filename).href,ownDirectory=require("node:path").dirname(__filename);${body}\n})`,
);
execFileSync(
  process.execPath,
  [join(root, "scripts/compile-explain.mjs"), explainScript, join(root, "fixtures/veth-one-address")],
  {
    stdio: ["ignore", "ignore", "inherit"],
  },
);

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
