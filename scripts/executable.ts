// Builds pktwhy as one file that needs no Node: the command with the demo's recordings, inside a copy of node (its single
// executable applications). `npm run executable -- [FILE] [--arch arm64 | --node NODE]`: FILE is out/pktwhy, or
// out/pktwhy-arm64. The node of another architecture comes from the npm registry, or is named: it has to be of the same
// major version as the one that runs this.

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

// e_machine of elf.h, and the strip of binutils that is for it.
const STRIPS: ReadonlyMap<number, string> = new Map([
  [62, "x86_64-linux-gnu-strip"],
  [183, "aarch64-linux-gnu-strip"],
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { node: { type: "string" }, arch: { type: "string" } },
});
const arch = values.arch === process.arch ? undefined : values.arch;
const file = resolve(positionals[0] ?? join(projectRoot, "out", ["pktwhy", arch].filter(Boolean).join("-")));

const work = mkdtempSync(join(tmpdir(), "pktwhy-executable-"));
const node = values.node ?? (arch === undefined ? process.execPath : nodeFor(arch));
const own = node === process.execPath;
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

// A package of the registry that is nothing but the node of one architecture.
function nodeFor(architecture: string): string {
  const [major = ""] = process.versions.node.split(".");
  const packed = ["pack", "--silent", `node-linux-${architecture}@${major}`, "--pack-destination", work];
  const name = execFileSync("npm", packed, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
  execFileSync("tar", ["-xzf", join(work, name), "-C", work, "package/bin/node"]);
  return join(work, "package/bin/node");
}

// Names of node's own functions: a tenth of it. A machine without binutils for that architecture leaves them.
function strip(name: string): void {
  const machine = readFileSync(name).readUInt16LE(18);
  const tool = own ? "strip" : (STRIPS.get(machine) ?? "strip");
  try {
    execFileSync(tool, ["--strip-all", name], { stdio: "pipe" });
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
