// npm run record -- NAME…|--all: records scenarios of the lab from the running kernel into fixtures/ (needs root).

import { join } from "node:path";
import { listScenarios, record } from "../src/lab/lab.ts";

const AT_ONCE = 3;
const args = process.argv.slice(2);
const names = args.includes("--all") ? listScenarios().map((scenario) => scenario.name) : args;
if (names.length === 0) {
  console.error("usage: npm run record -- NAME…|--all");
  process.exitCode = 2;
}

const waiting = [...names];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      try {
        const files = await record(name, join(import.meta.dirname, "../fixtures", name));
        console.log(`fixtures/${name}: ${files.join(" ")}`);
      } catch (error) {
        console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
      }
    }
  }),
);
