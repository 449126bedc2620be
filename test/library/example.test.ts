// The example of docs/library.md: it compiles against the library as it is exported, and says what it should.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const library = join(root, "src/index.ts");
const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
const [, example = ""] = /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(root, "docs/library.md"), "utf8")) ?? [];

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "pktwhy-library-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it("compiles", () => {
  writeFileSync(join(directory, "example.mts"), example);
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      noEmit: true,
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
      paths: { pktwhy: [library] },
    },
    include: [],
    files: ["example.mts"],
  };
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(config));
  const compiler = [join(typescript, "bin/tsc"), "-p", directory];
  expect(spawnSync(process.execPath, compiler, { encoding: "utf8" }).stdout).toBe("");
});

it("runs", () => {
  const file = join(directory, "run.mts");
  writeFileSync(file, example.replace('"pktwhy"', JSON.stringify(pathToFileURL(library).href)));
  const said = execFileSync(process.execPath, ["--import", "tsx", file], { cwd: root, encoding: "utf8" });
  expect(said).toMatch(/^arp-no-local-owner certain\n192\.168\.2\.11 192\.168\.2\.1 failed\n/);
  expect(said).toContain("ping 10.0.0.2 failed: 1 sent, none answered");
  expect(said).toMatch(/\n\narp-no-local-owner\ntrue true\n$/);
});
