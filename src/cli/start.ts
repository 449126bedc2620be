// Starts the command. `explain` comes as one script with what V8 made of it when it was built: compiling half a
// megabyte anew takes a third of the time that a small capture needs. Where that is not to be had, it is compiled.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const here = fileURLToPath(new URL(".", import.meta.url));

function compiled(): (() => void) | null {
  const filename = `${here}explain.cjs`;
  try {
    const source = readFileSync(filename, "utf8");
    // V8 looks at its own version and at the source's length, and refuses a cache that is not for them.
    const script = new Script(source, { filename, cachedData: readFileSync(`${here}explain.cache`) });
    const run = script.runInThisContext() as (require: NodeRequire, file: string) => void;
    return () => run(createRequire(filename), filename);
  } catch {
    return null;
  }
}

const explain = process.argv[2] === "explain" ? compiled() : null;
if (explain) explain();
else await import("./main.ts");
