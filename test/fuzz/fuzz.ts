// Runs many hostile cases:
// `npm run fuzz -- [--family NAME] --seed N --count M [--from K] [--explained SHARE] [--save FILE]`.
// Without a name every family has so many. A case that fails prints the command that replays it alone; one that hangs is
// ended and printed by a watchdog.

import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import type { Family } from "./family.ts";
import { families } from "./material.ts";

const { values } = parseArgs({
  options: {
    family: { type: "string" },
    seed: { type: "string" },
    count: { type: "string", default: "100000" },
    from: { type: "string", default: "0" },
    explained: { type: "string", default: "0.02" },
    save: { type: "string" },
  },
});
const seed = Number(values.seed ?? randomInt(2 ** 31));
const from = Number(values.from);
const count = Number(values.count);
// Cases take milliseconds; a hundred of them in a row may meet a garbage collection.
const HANGS_AFTER_MS = 10_000;
const TELL_EVERY = 10_000;
const MOST_FAILURES = 20;

const all = await families(Number(values.explained));
const asked = all.filter(({ name }) => values.family === undefined || name === values.family);
if (asked.length === 0) throw new Error(`families: ${all.map(({ name }) => name).join(", ")}`);

const current = new Float64Array(new SharedArrayBuffer(16));
const watchdog = new Worker(
  `const { workerData } = require("node:worker_threads");
   const { current, names, seed } = workerData;
   let last = "";
   setInterval(() => {
     const now = "--family " + names[current[0]] + " --seed " + seed + " --from " + current[1];
     if (now === last) {
       process._rawDebug("hangs: npm run fuzz -- " + last + " --count 1");
       process.kill(process.pid, "SIGKILL");
     }
     last = now;
   }, ${HANGS_AFTER_MS});`,
  { eval: true, workerData: { current, names: asked.map(({ name }) => name), seed } },
);
watchdog.unref();

console.log(`fuzz: ${asked.map(({ name }) => name).join(", ")}; seed ${seed}, cases ${from} to ${from + count - 1}`);
let failed = 0;
for (const [index, family] of asked.entries()) {
  current[0] = index;
  if (values.save !== undefined) save(family, values.save);
  failed += await runAll(family);
}
process.exitCode = failed > 0 ? 1 : 0;

async function runAll(family: Family): Promise<number> {
  let failures = 0;
  let worded = 0;
  let slowest = 0;
  let slowestCase = from;
  const tell = (cases: number): void => {
    const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
    console.log(
      `${family.name}: ${cases} cases, ${worded} put into words, ${failures} failed; ${memory} MB; slowest ${slowest.toFixed(0)} ms (case ${slowestCase})`,
    );
  };
  let number = from;
  for (; number < from + count && failures < MOST_FAILURES; number++) {
    current[1] = number;
    const start = performance.now();
    try {
      if (await family.run(seed, number)) worded++;
    } catch (error) {
      failures++;
      const explained = values.explained === "0.02" ? "" : ` --explained ${values.explained}`;
      console.log(
        `FAILED: npm run fuzz -- --family ${family.name} --seed ${seed} --from ${number} --count 1${explained}`,
      );
      console.log(error instanceof Error ? error.stack : String(error));
    }
    const taken = performance.now() - start;
    if (taken > slowest) [slowest, slowestCase] = [taken, number];
    if ((number - from + 1) % TELL_EVERY === 0 && number - from + 1 < count) tell(number - from + 1);
  }
  tell(number - from);
  return failures;
}

function save(family: Family, file: string): void {
  for (const [i, bytes] of family.inputsOf(seed, from).entries()) writeFileSync(i === 0 ? file : `${file}.${i}`, bytes);
}
