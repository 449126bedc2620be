// Builds what is shipped: minified scripts for the command, one readable file and its declarations for the library. With a
// directory as its argument it builds the command alone, into that.

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { farSide } from "./far-side.ts";

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

const withoutCommands: Plugin = {
  name: "without-commands",
  setup(builder) {
    builder.onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  },
};

const only = process.argv[2];
const out = only ?? join(root, "dist");
rmSync(out, { recursive: true, force: true });

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  logLevel: "warning",
} as const;

await build({
  ...common,
  entryPoints: ["src/cli/start.ts"],
  outfile: join(out, "start.cjs"),
  format: "cjs",
  minify: true,
  define: { "import.meta.dirname": "__dirname" },
});
await script("pktwhy", [withoutPrograms], ["explain", "fixtures/veth-one-address"]);
// Only what is there before any command runs: what commands import when they run is not in it.
await script("help", [withoutPrograms, withoutCommands], ["--help"]);

await farSide(join(out, "far-side.cjs"));

if (only === undefined) await library();

async function library(): Promise<void> {
  await build({
    ...common,
    entryPoints: ["src/index.ts"],
    outfile: "dist/index.js",
    format: "esm",
    packages: "external",
    charset: "utf8",
    // Names stay: who debugs a program of theirs steps through this.
    minifyWhitespace: true,
    minifySyntax: true,
  });

  execFileSync(process.execPath, [join(typescript, "bin/tsc"), "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
}

/** The command line as one function for start.ts to call, and what V8 compiled of it while it ran once. */
async function script(name: string, plugins: Plugin[], words: readonly string[]): Promise<void> {
  const file = join(out, `${name}.cjs`);
  await build({
    ...common,
    entryPoints: ["src/cli/main.ts"],
    outfile: file,
    format: "cjs",
    // A script that V8 hands back from its cache cannot import: what is left of import() becomes require().
    supported: { "dynamic-import": false },
    plugins,
    minify: true,
    define: { "import.meta.url": "ownUrl", "import.meta.dirname": "ownDirectory" },
  });
  const body = inAscii(readFileSync(file, "utf8"));
  writeFileSync(
    file,
    `(function(require,__filename){const module={exports:{}},exports=module.exports,ownUrl=require("node:url").pathToFileURL(__filename).href,ownDirectory=require("node:path").dirname(__filename);${body}\n})`,
  );
  execFileSync(process.execPath, [join(root, "scripts/compile-script.mjs"), file, ...words], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** start.ts reads one byte a character; esbuild escapes strings and leaves regular expressions as they are. */
function inAscii(source: string): string {
  return source.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
