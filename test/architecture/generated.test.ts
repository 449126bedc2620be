// What follows from the files of causes, scenarios and commands is committed as they give it.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

it("is up to date with the files that it is generated from", { timeout: 120_000 }, () => {
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "scripts/generate.ts", "--check"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stdout + stderr).toMatch(/^up to date: \d+ causes\n$/);
});
