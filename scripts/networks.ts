// The networks with their truths that lie beside this project, where they do: runs them, counts what is certain, and compares with what was before.
// Usage: npm run networks [-- -j 4 --only ID,ID --like WORD -v …]: arguments go on to their own program, run.py.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { certainLines, compareScores, type Recorded, readBaseline, type Score } from "./networks-score.ts";

const root = join(import.meta.dirname, "..");
const networks = join(root, "../shared/cases/networks");
const program = join(networks, "run.py");
const RESULTS = "/tmp/network-cases";

function main(passedOn: readonly string[]): number {
  if (!existsSync(program)) {
    console.log("The networks are not there (../shared/cases/networks): nothing was run.");
    return process.env.PKTWHY_REQUIRE_ALL === "1" ? 1 : 0;
  }
  if (!passedOn.includes("--pktwhy") && !existsSync(join(root, "dist/start.cjs"))) {
    console.log("There is no program yet. Build it first: npm run build");
    return 1;
  }
  const own = passedOn.includes("--pktwhy") ? [] : ["--pktwhy", join(root, "bin/pktwhy.js")];
  const ran = spawnSync("python3", [program, ...own, ...passedOn], { stdio: "inherit" });
  if (ran.error !== undefined) {
    console.log(`${program} could not be run: ${ran.error.message}`);
    return 1;
  }
  if (ran.status !== 0) return ran.status ?? 1;
  const out = passedOn.indexOf("--out");
  const scores = join(out < 0 ? RESULTS : (passedOn[out + 1] ?? RESULTS), "score.json");
  if (passedOn.includes("--list") || passedOn.includes("--shell") || !existsSync(scores)) return 0;
  const now = JSON.parse(readFileSync(scores, "utf8")) as readonly Score[];
  console.log(`\n${certainLines(now, recordings()).join("\n")}`);
  console.log(`\n${compareScores(readBaseline(readFileSync(join(networks, "baseline.tsv"), "utf8")), now).join("\n")}`);
  return 0;
}

function recordings(): Recorded[] {
  const fixtures = join(root, "fixtures");
  if (!existsSync(fixtures)) return [];
  return readdirSync(fixtures).flatMap((name) => {
    const report = join(fixtures, name, "report.json");
    return existsSync(report) ? [{ name, certainty: JSON.parse(readFileSync(report, "utf8")).answer?.certainty }] : [];
  });
}

process.exitCode = main(process.argv.slice(2));
