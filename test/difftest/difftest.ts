// npm run difftest -- --seed N --count M [--jobs J] [--family PART] [--probe tcp]: predict against the running kernel, on random networks with random faults.

import { release } from "node:os";
import { parseArgs } from "node:util";
import { judgeAny } from "./judge-any.ts";
import { judgeProbe } from "./probe/judge-probe.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    count: { type: "string" },
    jobs: { type: "string" },
    family: { type: "string" },
    probe: { type: "string" },
    verbose: { type: "boolean" },
  },
});
const first = Number(values.seed ?? 1);
const count = Number(values.count ?? 100);
const jobs = Number(values.jobs ?? 12);

// With a probe a program connects or asks over UDP instead of ping.
const judged = values.probe === undefined ? judgeAny : judgeProbe;
const done: Awaited<ReturnType<typeof judgeAny | typeof judgeProbe>>[] = [];
const broken: string[] = [];
let next = first;

async function worker(): Promise<void> {
  while (next < first + count) {
    const seed = next++;
    try {
      const one = await judged(seed, values.family ?? null);
      done.push(one);
      if (one.against.length > 0 || values.verbose) {
        console.log(`seed ${seed} (${one.family}; ${one.shape}) ${one.code}: ${one.against.join("; ")}`);
        if (values.verbose)
          console.log(
            `${JSON.stringify({ namespaces: one.scenario.namespaces, commands: one.scenario.commands }, null, 1)}\n${one.told}`,
          );
      }
    } catch (error) {
      // A network that cannot be built (two faults that exclude each other) says nothing about the walk.
      broken.push(
        `seed ${seed}: ${error instanceof Error ? error.message.split("\n").slice(0, 2).join(" ") : String(error)}`,
      );
      if (values.verbose) console.log(error);
    }
  }
}

await Promise.all(Array.from({ length: jobs }, worker));
const codes = new Map<string, number>();
for (const { code } of done) codes.set(code, (codes.get(code) ?? 0) + 1);
const failed = done.filter((j) => !["reply", "connected", "answered"].includes(j.happened)).length;
const agreed = done.filter((j) => j.against.length === 0).length;
console.log(
  [...codes]
    .sort((a, b) => b[1] - a[1])
    .map(([code, n]) => `${String(n).padStart(5)}  ${code}`)
    .join("\n"),
);
console.log(`kernel ${release()}, seeds ${first} to ${first + count - 1}: ${agreed} of ${done.length} agree`);
// Only a code of a cause counts: an answered ping has none.
const often = [...codes].filter(([code, n]) => n >= 5 && !["answered", "open", "exits"].includes(code)).length;
console.log(
  `${failed} of ${done.length} failed; ${often} different causes occur at least 5 times (${codes.size} in all)`,
);
if (broken.length > 0) console.log(`${broken.length} could not be built:\n${broken.slice(0, 10).join("\n")}`);
process.exitCode = agreed === done.length && done.length > 0 ? 0 : 1;
