// Runs many hostile cases:
// `npm run fuzz -- [--family NAME] --seed N --count M [--from K] [--explained SHARE] [--save FILE]`.
// Without a name every family has so many; `-- --long` runs ten million in portions (long.ts), `-- --keep` looks for inputs to keep (keep.ts). A case that fails prints the command that replays it alone; one that hangs is
// ended and printed by a watchdog.

import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import type { Family } from "./family.ts";
import { PORTIONS, runLong, sumOf } from "./long.ts";
import { families } from "./material.ts";

const { values } = parseArgs({
  options: {
    family: { type: "string" },
    seed: { type: "string" },
    count: { type: "string", default: "100000" },
    from: { type: "string", default: "0" },
    explained: { type: "string", default: "0.02" },
    save: { type: "string" },
    long: { type: "boolean", default: false },
    to: { type: "string", default: String(PORTIONS.to) },
    minutes: { type: "string" },
    log: { type: "string" },
    sum: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});
if (values.sum !== undefined) {
  for (const line of sumOf(values.sum)) console.log(line);
  process.exit(0);
}
const seed = Number(values.seed ?? randomInt(2 ** 31));
if (values.keep) {
  const { keepMore } = await import("./keep.ts");
  await keepMore(seed, Number(values.count), values.family);
  process.exit(0);
}
const from = Number(values.from);
const count = Number(values.count);
// Cases take milliseconds, the longest seconds. What a case costs is its own time on a CPU: on a busy machine ten seconds
// pass with hardly any.
const HANGS_AFTER_CPU_MS = 10_000;
const LOOK_EVERY_MS = 2000;
const LONGEST_MS = 600_000;
const TELL_EVERY = 10_000;
const MOST_FAILURES = 20;

const all = await families(Number(values.explained));
const asked = all.filter(({ name }) => values.family === undefined || name === values.family);
if (asked.length === 0) throw new Error(`families: ${all.map(({ name }) => name).join(", ")}`);

const current = new Float64Array(new SharedArrayBuffer(16));
const watchdog = new Worker(
  `const { workerData } = require("node:worker_threads");
   const { current, names, seed } = workerData;
   const spent = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
   let last = "", cpu = 0, began = 0;
   setInterval(() => {
     const now = "--family " + names[current[0]] + " --seed " + seed + " --from " + current[1];
     if (now !== last) [last, cpu, began] = [now, spent(), Date.now()];
     else if (spent() - cpu > ${HANGS_AFTER_CPU_MS} || Date.now() - began > ${LONGEST_MS}) {
       process._rawDebug("hangs: npm run fuzz -- " + last + " --count 1");
       process.kill(process.pid, "SIGKILL");
     }
   }, ${LOOK_EVERY_MS});`,
  { eval: true, workerData: { current, names: asked.map(({ name }) => name), seed } },
);
watchdog.unref();

if (values.long) {
  const { minutes, log = null } = values;
  const asked = { seed, from, to: Number(values.to), minutes: minutes === undefined ? null : Number(minutes), log };
  const failures = await runLong(all, asked, (family, number) => {
    current[0] = family;
    current[1] = number;
  });
  process.exit(failures > 0 ? 1 : 0);
}

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
