// Scaffolds a cause file that compiles: `npm run new-cause -- CODE`. Its words are placeholders that the contract test refuses.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { knownCodes } from "../src/causes/codes.ts";
import { projectRoot } from "./cause-files.ts";

const code = process.argv[2] ?? "";
const path = join(projectRoot, "src/causes", `${code}.ts`);

if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(code)) {
  fail("Usage: npm run new-cause -- CODE, where CODE is in lower case with hyphens, named for what went wrong.");
} else if (existsSync(path)) {
  fail(`src/causes/${code}.ts is there already.`);
} else {
  writeFileSync(path, scaffold(code));
  const unknown = knownCodes.includes(code) ? "" : ` Add "${code}" to src/causes/codes.ts.`;
  console.log(`Written src/causes/${code}.ts.${unknown} Then: npm run generate && npx vitest run test/causes`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 2;
}

function scaffold(name: string): string {
  return `// FILL-IN: one sentence in network terms: what went wrong.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** FILL-IN: what went wrong. */
export const cause = defineCause({
  code: "${name}",
  severity: "problem",
  title: text("FILL-IN title", "FILL-IN 标题"),
  headline: ({ target }) =>
    target === undefined
      ? text("FILL-IN title", "FILL-IN 标题")
      : text(\`FILL-IN title: \${target}\`, \`FILL-IN 标题：\${target}\`),
  summary: ({ target }) =>
    text(
      \`FILL-IN: what happened to \${target ?? "the address"}, in two or three sentences.\`,
      \`FILL-IN：用两三句话说明 \${target ?? "该地址"} 发生了什么。\`,
    ),
  why: () => text("FILL-IN why the kernel does this.", "FILL-IN 内核为什么这样做。"),
  fixes: (facts, netns) => [
    {
      command: inNamespace(netns, \`ip link show \${facts.outInterface ?? "IF"}\`),
      effect: text("FILL-IN what it changes", "FILL-IN 改变什么"),
    },
  ],
  lookalikes: [],
  search: ["FILL-IN", "FILL-IN 检索词"],
  page: () => ({
    meaning: text("FILL-IN", "FILL-IN 含义"),
    evidence: text("FILL-IN", "FILL-IN 证据"),
    tellApart: text("FILL-IN", "FILL-IN 区别"),
    kernel: "FILL-IN kernel function",
  }),
  scenario: null,
  negativeTwin: null,
});
`;
}
