// Test files that `npm test` runs whole: where it has just run, `npm run test:long` need not run them again.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const root = join(import.meta.dirname, "../..");
// What decides how much a run tests: test/how-long.ts, test/only-long.ts, and the variable that they read.
const DECIDES = /PKTWHY_LONG/;

/** The test files that neither decide by the length of the run nor import anything that does, by their paths from the root. */
export function sameInBoth(): string[] {
  const known = new Map<string, boolean>();
  const decides = (file: string): boolean => {
    const before = known.get(file);
    if (before !== undefined) return before;
    known.set(file, false);
    const text = readFileSync(file, "utf8");
    const imports = [...text.matchAll(/from "(\.{1,2}\/[^"]+\.ts)"/g)].map(([, to]) =>
      normalize(join(dirname(file), to as string)),
    );
    const found = DECIDES.test(text) || imports.some((to) => to.includes("/test/") && existsSync(to) && decides(to));
    known.set(file, found);
    return found;
  };
  return readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .map((name) => `test/${name}`)
    .filter((file) => file.endsWith(".test.ts") && !file.includes("/long/") && !decides(join(root, file)));
}
