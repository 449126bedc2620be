// Runs a script of the command once with some words, and keeps what V8 compiled of it: start.ts hands it back to V8.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Script } from "node:vm";

const [, , filename, ...words] = process.argv;
const script = new Script(readFileSync(filename, "latin1"), { filename });
process.argv.splice(2, process.argv.length, ...words);
process.on("exit", () => {
  writeFileSync(filename.replace(/\.cjs$/, ".cache"), script.createCachedData());
  process.exitCode = 0;
});
script.runInThisContext()(createRequire(filename), filename);
