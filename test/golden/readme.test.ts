// The report that the README shows is a recorded one.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

it("shows the report of veth-one-address as it is", () => {
  const report = readFileSync(join(root, "fixtures/veth-one-address/report.en.txt"), "utf8");
  expect(readFileSync(join(root, "README.md"), "utf8")).toContain(`\`\`\`\n${report.trimEnd()}\n\`\`\`\n`);
});
