// Scaffolds a cause in three files, its words, its scenario and its decision: `npm run new-cause -- CODE [ROOM]`. What is
// still to be written says FILL-IN, or FILL_IN where the compiler asks for it.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./cause-files.ts";
import { causeScaffold, decisionScaffold, scenarioScaffold } from "./scaffolds.ts";

const [code = "", room = "receive"] = process.argv.slice(2);
const rooms = readdirSync(join(projectRoot, "src/predict"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const files = {
  [`src/causes/${code}.ts`]: causeScaffold(code),
  [`src/lab/scenarios/${code}.ts`]: scenarioScaffold(code),
  [`src/predict/${room}/${code}.ts`]: decisionScaffold(code),
};
const taken = Object.keys(files).find((file) => existsSync(join(projectRoot, file)));

if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(code)) {
  fail("Usage: npm run new-cause -- CODE [ROOM]; CODE is in lower case with hyphens, named for what went wrong.");
} else if (!rooms.includes(room)) {
  fail(`There is no src/predict/${room}: ROOM is where the kernel decides it, one of ${rooms.join(", ")}.`);
} else if (taken !== undefined) {
  fail(`${taken} is there already.`);
} else {
  for (const [file, content] of Object.entries(files)) writeFileSync(join(projectRoot, file), content);
  execFileSync("npm", ["run", "--silent", "generate"], { cwd: projectRoot, stdio: "inherit" });
  console.log(
    `Written: ${Object.keys(files).join(", ")}. \`npm run types\` and \`npx vitest run test/causes\` say what is missing.`,
  );
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 2;
}
