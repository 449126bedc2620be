// Starts the command, which comes as a script with what V8 made of it when it was built: compiling half a megabyte anew
// takes a third of the time that a small capture needs.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";

// Help and the version need the command line only.
const [word, ...more] = process.argv.slice(2);
const isShort = more.length === 0 && ["-h", "--help", "-V", "--version"].includes(word ?? "-h");
const name = isShort || word === "help" ? "help" : "pktwhy";

const filename = join(import.meta.dirname, `${name}.cjs`);
// Scripts are ASCII: read as that, they need not be looked through for longer characters.
const source = readFileSync(filename, "latin1");
// V8 looks at its own version and at the source's length, and compiles anew where the cache is not for them. Packages from
// a registry meet another V8 most of the time and come without it.
const cache = join(import.meta.dirname, `${name}.cache`);
const script = new Script(source, { filename, ...(existsSync(cache) && { cachedData: readFileSync(cache) }) });
const run = script.runInThisContext() as (require: NodeRequire, file: string) => void;
run(createRequire(filename), filename);
