// Writes what follows from the cause files: the registry, the manual pages in both languages and the README's list.
// With --check it writes nothing and fails where a file is not up to date.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { causeList, causeManual, withCauseList } from "./cause-docs.ts";
import { causeFileCodes, loadCauses, projectRoot } from "./cause-files.ts";

const checkOnly = process.argv.includes("--check");

function camelCase(code: string): string {
  return code.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function registry(codes: readonly string[]): string {
  return `// Generated from the cause files beside it by \`npm run generate\`: not edited by hand.

import type { Cause } from "../model/cause.ts";
${codes.map((code) => `import { cause as ${camelCase(code)} } from "./${code}.ts";`).join("\n")}

/** Every cause that has a file, in alphabetical order of its code. */
export const causes: readonly Cause[] = [
${codes.map((code) => `  ${camelCase(code)},`).join("\n")}
];

const byCode = new Map(causes.map((cause) => [cause.code, cause]));

/** The cause with this code; undefined where no file speaks for it. */
export function causeByCode(code: string): Cause | undefined {
  return byCode.get(code);
}
`;
}

const causes = await loadCauses();
const wanted = new Map<string, string>([
  ["src/causes/registry.ts", registry(causeFileCodes())],
  ["docs/causes.md", causeManual(causes, "en")],
  ["docs/causes.zh.md", causeManual(causes, "zh")],
]);
for (const [readme, language] of [
  ["README.md", "en"],
  ["README.zh.md", "zh"],
] as const) {
  const path = join(projectRoot, readme);
  if (existsSync(path))
    wanted.set(
      readme,
      withCauseList(
        readFileSync(path, "utf8"),
        causeList(causes, language, `docs/causes${language === "en" ? "" : ".zh"}.md`),
      ),
    );
}

const stale: string[] = [];
for (const [name, content] of wanted) {
  const path = join(projectRoot, name);
  if (existsSync(path) && readFileSync(path, "utf8") === content) continue;
  stale.push(name);
  if (!checkOnly) writeFileSync(path, content);
}

if (stale.length === 0) console.log(`up to date: ${causes.length} causes`);
else if (checkOnly) {
  console.error(`not up to date, run \`npm run generate\`: ${stale.join(", ")}`);
  process.exitCode = 1;
} else console.log(`written from ${causes.length} causes: ${stale.join(", ")}`);
