// A test that passed only when it was tried again is named, with what was wrong the first time; others are not.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

const TESTS = `import { expect, it } from "vitest";
let tries = 0;
it("comes late", () => expect(++tries, "tries").toBe(3));
it("comes at once", () => expect(1).toBe(1));
it("never comes", () => expect(1).toBe(2));`;

const CONFIG = `import { SecondAttempts } from "../../test/program/second-attempts.ts";
export default { test: { retry: 2, reporters: [new SecondAttempts()] } };`;

it("names what passed only when it was tried again", () => {
  // Below the project, so that vitest is found.
  const place = mkdtempSync(join(root, "node_modules/.pktwhy-again-"));
  try {
    writeFileSync(join(place, "late.test.mjs"), TESTS);
    writeFileSync(join(place, "vitest.config.ts"), CONFIG);
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const done = spawnSync(process.execPath, [vitest, "run", "--root", place], { encoding: "utf8" });
    const told = `${done.stdout}${done.stderr}`.split("\n").filter((line) => line.includes("TRIED AGAIN"));
    expect(told).toEqual([
      "TRIED AGAIN (2 ×) late.test.mjs > comes late: tries: expected 1 to be 3 // Object.is equality",
    ]);
    expect(done.status).toBe(1);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});
