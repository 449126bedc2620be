// Writes what follows from the files of causes and scenarios: codes, registry, list of scenarios, the manual pages in both
// languages, and the README's list and counts; from the commands: man page and completions;
// and from the types of what is printed as JSON its schema. With --check it writes nothing and fails where a file is not up to date.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { causeList, causeManual, withCauseList, withCounts } from "./cause-docs.ts";
import { causeFileCodes, loadCauses, projectRoot, scenarioFileNames } from "./cause-files.ts";

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

const byCode = new Map<string, Cause>(causes.map((cause) => [cause.code, cause]));

/** The cause with this code; undefined where no file speaks for it. */
export function causeByCode(code: string): Cause | undefined {
  return byCode.get(code);
}
`;
}

function codeUnion(codes: readonly string[]): string {
  return `// Generated from the files of src/causes by \`npm run generate\`: not edited by hand.

/** Every code that a report can name, in alphabetical order: each has its file and its page. */
export const codes = [
${codes.map((code) => `  "${code}",`).join("\n")}
] as const;

/** Names one cause: permanent, never translated. */
export type Code = (typeof codes)[number];
`;
}

function scenarioList(names: readonly string[]): string {
  return `// Generated from the files of src/lab/scenarios by \`npm run generate\`: not edited by hand.

import type { Scenario } from "./scenario.ts";
${names.map((name) => `import { scenario as ${camelCase(name)} } from "./scenarios/${name}.ts";`).join("\n")}

/** Every scenario of the lab, in the order of their names. */
export const scenarios: readonly Scenario[] = [
${names.map((name) => `  ${camelCase(name)},`).join("\n")}
];
`;
}

const causes = await loadCauses();
const wanted = new Map<string, string>([
  ["src/model/code.ts", codeUnion(causeFileCodes())],
  ["src/causes/registry.ts", registry(causeFileCodes())],
  ["src/lab/scenarios.ts", scenarioList(scenarioFileNames())],
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
      withCounts(
        withCauseList(
          readFileSync(path, "utf8"),
          causeList(causes, language, `docs/causes${language === "en" ? "" : ".zh"}.md`),
        ),
        { causes: causes.length, scenarios: scenarioFileNames().length },
      ),
    );
}

const stale: string[] = [];

function compare(name: string, content: string): void {
  const path = join(projectRoot, name);
  if (existsSync(path) && readFileSync(path, "utf8") === content) return;
  stale.push(name);
  if (checkOnly) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

for (const [name, content] of wanted) compare(name, content);
// Read last: the commands import lists of codes and scenarios that may just have been written.
if (!checkOnly || stale.length === 0) {
  const { commandFiles } = await import("./command-files.ts");
  for (const [name, content] of commandFiles()) compare(name, content);
  const { jsonSchema } = await import("./json-schema.ts");
  compare("schema/pktwhy-1.json", jsonSchema());
}

if (stale.length === 0) console.log(`up to date: ${causes.length} causes`);
else if (checkOnly) {
  console.error(`not up to date, run \`npm run generate\`: ${stale.join(", ")}`);
  process.exitCode = 1;
} else console.log(`written from ${causes.length} causes: ${stale.join(", ")}`);
