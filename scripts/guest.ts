// npm run guest -- KERNEL COMMAND…: runs the tool, the lab or a test on a stock Debian kernel, in an emulated machine that
// needs no KVM; npm run guest -- matrix: all scenarios on all kernels, into docs/kernels.md.

import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { boot } from "./guest/boot.ts";
import { check } from "./guest/check.ts";
import { debianWith, SUITES } from "./guest/debian.ts";
import { matrix } from "./guest/matrix.ts";

const root = join(import.meta.dirname, "..");
const LONGEST_SECONDS = 4 * 3600;

const USAGE = `usage: npm run guest -- KERNEL COMMAND…     KERNEL: ${Object.keys(SUITES).join(", ")}
  lab|doctor|demo|run|predict|… …   what pktwhy does by that name
  record SCENARIO…                  records into fixtures/
  difftest --seed N --count M       predict against that kernel
  networks …                        the networks with their truths beside this project, as npm run networks
  live FILE…                        live tests, as vitest run
  sh TEXT                           anything else, for bash
  check                             the demo, doctor and a choice of scenarios, held against the recordings
npm run guest -- matrix [KERNEL…] [SCENARIO…] [--again]
                                    these scenarios on these kernels (else all, this machine's as "here"), into
                                    docs/kernels.md; what an earlier run recorded is not recorded again, but with --again`;

interface Job {
  readonly command: string;
  readonly files?: ReadonlyMap<string, string>;
}

// A word as a shell takes it.
function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

async function jobOf(verb: string, words: readonly string[], scratch: string): Promise<Job> {
  switch (verb) {
    case "sh":
      return { command: words.join(" ") };
    case "record":
      return { command: `mkdir -p /share/fixtures && cd /share && pktwhy lab record ${quoted(words)}` };
    case "difftest": {
      const file = join(scratch, "difftest.mjs");
      await build({
        absWorkingDir: root,
        entryPoints: ["test/difftest/difftest.ts"],
        outfile: file,
        bundle: true,
        platform: "node",
        format: "esm",
        target: "node20",
        logLevel: "error",
        banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
      });
      return { command: `node /difftest.mjs ${quoted(words)}`, files: new Map([["difftest.mjs", file]]) };
    }
    case "networks": {
      const networks = join(root, "../shared/cases/networks");
      if (!existsSync(networks)) throw new Error("the networks are not there (../shared/cases/networks)");
      const command = `cd /tmp && python3 /networks/run.py --pktwhy /pktwhy/bin/pktwhy.js --out /share/networks ${quoted(words)}`;
      return { command, files: new Map([["networks", networks]]) };
    }
    case "live": {
      const parts = ["src", "test", "scripts", "node_modules", "vitest.config.ts", "tsconfig.json"];
      const files = new Map(parts.map((part) => [`pktwhy/${part}`, join(root, part)]));
      return { command: `cd /pktwhy && node node_modules/vitest/vitest.mjs run ${quoted(words)}`, files };
    }
    default:
      return { command: `cd /pktwhy && pktwhy ${quoted([verb, ...words])}` };
  }
}

async function runOn(kernel: string, verb: string, words: readonly string[]): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), "pktwhy-guest-"));
  const share = join(scratch, "share");
  mkdirSync(share);
  try {
    const job = await jobOf(verb, words, scratch);
    const ended = await boot(debianWith(kernel), {
      ...job,
      share,
      limit: LONGEST_SECONDS,
      onOutput: (text, stream) => process[stream].write(text),
    });
    if (verb === "record") cpSync(join(share, "fixtures"), join(root, "fixtures"), { recursive: true });
    const { seconds, bootSeconds, guestSeconds, status, console: last } = ended;
    if (status === null) process.stderr.write(`the guest did not come to its end:\n${last}\n`);
    process.stderr.write(
      `guest ${kernel}: booted in ${bootSeconds} s, ended at ${guestSeconds} s; ${seconds} s of ours\n`,
    );
    return status ?? 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function main(args: readonly string[]): Promise<number> {
  const [kernel = "", verb, ...words] = args;
  if (kernel !== "matrix" && (SUITES[kernel] === undefined || verb === undefined)) {
    console.error(USAGE);
    return 2;
  }
  if (!existsSync(join(root, "dist/start.cjs"))) {
    console.error("There is no program yet. Build it first: npm run build");
    return 2;
  }
  if (kernel === "matrix") return matrix(args.slice(1));
  return verb === "check" ? check(kernel) : runOn(kernel, verb ?? "", words);
}

process.exitCode = await main(process.argv.slice(2));
