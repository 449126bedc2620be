// Runs dist/explain.cjs once on a recorded story, and keeps what V8 compiled of it: start.ts hands it back to V8.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Script } from "node:vm";

const [, , filename, story] = process.argv;
const script = new Script(readFileSync(filename, "utf8"), { filename });
process.argv.splice(2, process.argv.length, "explain", story);
process.on("exit", () => {
  writeFileSync(filename.replace(/\.cjs$/, ".cache"), script.createCachedData());
  process.exitCode = 0;
});
script.runInThisContext()(createRequire(filename), filename);
