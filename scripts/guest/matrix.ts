// All scenarios on all kernels, as the table of docs/kernels.md.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { listScenarios, record } from "../../src/lab/lab.ts";
import { ProblemError } from "../../src/model/problem.ts";
import { recorded } from "./check.ts";
import { SUITES } from "./debian.ts";
import { Kept, type Outcome, shown } from "./kept.ts";
import { withScenarios } from "./scenarios.ts";

const page = join(import.meta.dirname, "../../docs/kernels.md");
const [BEGIN, END] = ["<!-- table: npm run guest -- matrix -->", "<!-- /table -->"];
const HERE = "here";
/** So many are recorded by one boot; then they are kept, whatever becomes of the next. */
const PORTION = 24;
const LONGEST_SECONDS = 3600;

/** Runs what is not kept yet, on these kernels, and writes the table of all; the exit status. */
export async function matrix(words: readonly string[]): Promise<number> {
  const all = [...Object.keys(SUITES), HERE];
  const names = listScenarios().map(({ name }) => name);
  const kernels = words.filter((word) => all.includes(word));
  const some = words.filter((word) => names.includes(word));
  for (const kernel of kernels.length > 0 ? kernels : all)
    await complete(kernel, some.length > 0 ? some : names, words.includes("--again"));
  const columns = new Map<string, ReadonlyMap<string, Outcome>>();
  for (const kernel of all) columns.set(titleOf(kernel), await outcomesOn(kernel, names));
  const [before = "", rest = ""] = readFileSync(page, "utf8").split(BEGIN);
  writeFileSync(page, `${before}${BEGIN}\n\n${table(names, columns)}\n${END}${rest.split(END)[1] ?? "\n"}`);
  return 0;
}

async function complete(kernel: string, names: readonly string[], again: boolean): Promise<void> {
  const kept = new Kept(kernel);
  if (again) for (const name of names) kept.forget(name);
  const open = names.filter((name) => !kept.has(name));
  for (let at = 0; at < open.length; at += PORTION) {
    const portion = open.slice(at, at + PORTION);
    console.log(`${kernel}: ${names.length - open.length + at} of ${names.length}`);
    if (kernel === HERE) await recordHere(kept, portion);
    else
      await withScenarios({ kernel, names: portion, limit: LONGEST_SECONDS }, async ({ recorded: left }) => {
        for (const name of portion) kept.keep(name, left(name).directory, left(name).because);
      });
  }
}

async function recordHere(kept: Kept, names: readonly string[]): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "pktwhy-matrix-"));
  try {
    for (const name of names) {
      const directory = join(scratch, name);
      const because = await record(name, directory).then(() => "", whyNot);
      kept.keep(name, directory, because);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function whyNot(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.text.en;
  throw error;
}

async function outcomesOn(kernel: string, names: readonly string[]): Promise<ReadonlyMap<string, Outcome>> {
  const kept = new Kept(kernel);
  const outcomes = new Map<string, Outcome>();
  for (const name of names) {
    if (!kept.has(name)) continue;
    const outcome = await kept.outcome(name);
    outcomes.set(name, outcome);
    if (shown(outcome) !== recorded(name))
      console.log(`${kernel} ${name}: ${shown(outcome)}; recorded: ${recorded(name)}`);
  }
  return outcomes;
}

function titleOf(kernel: string): string {
  return kernel === HERE ? release().replace(/^(\d+\.\d+).*/, "$1 (here)") : kernel;
}

function table(names: readonly string[], columns: ReadonlyMap<string, ReadonlyMap<string, Outcome>>): string {
  const head = ["scenario", "as recorded", ...columns.keys()];
  const rows = names.map((name) => [
    name,
    recorded(name),
    ...[...columns.values()].map((outcomes) => cell(outcomes.get(name), recorded(name))),
  ]);
  return [head, head.map(() => "---"), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n")
    .concat("\n");
}

function cell(outcome: Outcome | undefined, expected: string): string {
  if (outcome === undefined) return "not run";
  const words = shown(outcome).replaceAll("|", "\\|");
  return words === expected ? "same" : words;
}
