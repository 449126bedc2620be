// Runs many hostile cases: `npm run fuzz -- --seed N --count M [--from K] [--explained SHARE] [--save FILE]`.
// A case that fails prints the command that replays it alone; one that hangs is ended and printed by a watchdog.

import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { capturesOf, runCase } from "./case.ts";
import { materialFor } from "./material.ts";

const { values } = parseArgs({
  options: {
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
const material = materialFor(Number(values.explained));
// Cases take a millisecond; a hundred of them in a row may meet a garbage collection.
const HANGS_AFTER_MS = 10_000;
const TELL_EVERY = 100_000;

const current = new Float64Array(new SharedArrayBuffer(8));
const watchdog = new Worker(
  `const { workerData } = require("node:worker_threads");
   let last = -1;
   setInterval(() => {
     if (workerData.current[0] === last) {
       process._rawDebug("hangs: npm run fuzz -- --seed " + workerData.seed + " --from " + last + " --count 1");
       process.kill(process.pid, "SIGKILL");
     }
     last = workerData.current[0];
   }, ${HANGS_AFTER_MS});`,
  { eval: true, workerData: { current, seed } },
);
watchdog.unref();

console.log(
  `fuzz: seed ${seed}, cases ${from} to ${from + count - 1}; ${material.captures.length} captures, ${material.frames.length} frames`,
);
if (values.save !== undefined) {
  for (const [i, bytes] of capturesOf(material, seed, from).entries()) {
    writeFileSync(i === 0 ? String(values.save) : `${values.save}.${i}`, bytes);
  }
}
let failed = 0;
let explained = 0;
let slowest = 0;
let slowestCase = from;
for (let number = from; number < from + count; number++) {
  current[0] = number;
  const start = performance.now();
  try {
    if (await runCase(material, seed, number)) explained++;
  } catch (error) {
    failed++;
    console.log(`FAILED: npm run fuzz -- --seed ${seed} --from ${number} --count 1 --explained ${values.explained}`);
    console.log(error instanceof Error ? error.stack : String(error));
    if (failed >= 20) break;
  }
  const taken = performance.now() - start;
  if (taken > slowest) [slowest, slowestCase] = [taken, number];
  if ((number - from + 1) % TELL_EVERY === 0) tell(number - from + 1);
}
tell(count);
process.exitCode = failed > 0 ? 1 : 0;

function tell(cases: number): void {
  const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(
    `${cases} cases, ${explained} explained, ${failed} failed; ${memory} MB; slowest ${slowest.toFixed(0)} ms (case ${slowestCase})`,
  );
}
