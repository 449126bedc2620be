// Builds pktwhy as one file that needs no Node: the command with the demo's recordings, inside a copy of node (its single
// executable applications). `npm run executable -- [FILE] [--node NODE]`: FILE is out/pktwhy; another NODE (of the same
// version, for another architecture) is taken where it is named.

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { projectRoot } from "./cause-files.ts";
import { farSide } from "./far-side.ts";

const DEMO = ["fixtures/veth-one-address", "fixtures/veth-both-addresses"];
const FAR_SIDE = "far-side.cjs";
// By which node knows that a copy of it holds a program.
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { node: { type: "string" } } });
const file = resolve(positionals[0] ?? join(projectRoot, "out/pktwhy"));
const node = values.node ?? process.execPath;
const own = values.node === undefined;

const work = mkdtempSync(join(tmpdir(), "pktwhy-executable-"));
try {
  await buildInto(work);
} finally {
  rmSync(work, { recursive: true });
}
console.log(`${file}: ${Math.round(statSync(file).size / 1e6)} MB`);

async function buildInto(directory: string): Promise<void> {
  const script = join(directory, "pktwhy.cjs");
  await farSide(join(directory, FAR_SIDE));
  await build({
    absWorkingDir: projectRoot,
    entryPoints: ["src/cli/main.ts"],
    outfile: script,
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "warning",
    format: "cjs",
    // Only what is built into node can be imported from inside an executable.
    supported: { "dynamic-import": false },
    external: ["cap"],
    minify: true,
    define: {
      PKTWHY_FILES: JSON.stringify(embedded(directory)),
      "import.meta.url": '""',
      "import.meta.dirname": '""',
    },
  });
  const blob = join(directory, "blob");
  const config = join(directory, "config.json");
  // What V8 compiled is for the node that compiled it.
  writeFileSync(
    config,
    JSON.stringify({ main: script, output: blob, disableExperimentalSEAWarning: true, useCodeCache: own }),
  );
  execFileSync(process.execPath, ["--experimental-sea-config", config], { stdio: "pipe" });
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  copyFileSync(node, file);
  strip(file);
  chmodSync(file, 0o755);
  const postject = createRequire(import.meta.url).resolve("postject/dist/cli.js");
  // It warns of each note section's name, which node's build leaves out.
  execFileSync(process.execPath, [postject, file, "NODE_SEA_BLOB", blob, "--sentinel-fuse", FUSE], { stdio: "pipe" });
}

// Names of node's own functions: a tenth of it. A machine without binutils leaves them.
function strip(name: string): void {
  try {
    execFileSync("strip", ["--strip-all", name], { stdio: "pipe" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function embedded(directory: string): { version: string; files: Record<string, string> } {
  const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { version: string };
  const files = DEMO.flatMap((recorded) =>
    readdirSync(join(projectRoot, recorded))
      .filter((name) => !/^report\.|^README/.test(name))
      .map(
        (name) => [`${recorded}/${name}`, readFileSync(join(projectRoot, recorded, name)).toString("base64")] as const,
      ),
  );
  const script = readFileSync(join(directory, FAR_SIDE)).toString("base64");
  return { version, files: { ...Object.fromEntries(files), [FAR_SIDE]: script } };
}
