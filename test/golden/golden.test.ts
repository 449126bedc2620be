// Golden reports: what `pktwhy explain fixtures/NAME` prints, beside each recorded fixture, in every form.
// UPDATE_GOLDEN=1 rewrites them.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageVersion } from "../../src/case/package-root.ts";
import { causeByCode } from "../../src/causes/registry.ts";
import type { Report } from "../../src/model/report.ts";
import type { Language } from "../../src/model/text.ts";
import { renderJson } from "../../src/render/json.ts";
import { renderText } from "../../src/render/text.ts";
import { displayWidth } from "../../src/render/width.ts";
import { longIt } from "../only-long.ts";
import { recorded, withState } from "../recorded.ts";

const update = process.env.UPDATE_GOLDEN === "1";
const root = join(import.meta.dirname, "../..");
const names = recorded.filter((name) => hasCapture(join(root, "fixtures", name)));

function hasCapture(directory: string): boolean {
  return readdirSync(directory).some((name) => /\.(pcap|pcapng)(\.gz)?$/.test(name));
}

function textOf(report: Report, language: Language): string {
  return renderText(report, {
    language,
    width: 80,
    color: false,
    verbose: false,
    titleOf: (code) => causeByCode(code)?.title,
  });
}

describe.skipIf(names.length === 0).each(names)("fixtures/%s", (name) => {
  const report = (): Promise<Report> => withState(name);
  const forms: Record<string, (report: Report) => string> = {
    "report.en.txt": (made) => textOf(made, "en"),
    "report.zh.txt": (made) => textOf(made, "zh"),
    "report.json": (made) => renderJson(made, { language: "en", version: packageVersion() }),
  };

  it.each(Object.keys(forms))("%s", async (form) => {
    const made = forms[form]?.(await report()) ?? "";
    const path = join(root, "fixtures", name, form);
    if (update) writeFileSync(path, made);
    if (!existsSync(path)) throw new Error(`fixtures/${name}/${form} is not there yet: npm run golden writes it`);
    expect(made).toBe(readFileSync(path, "utf8"));
  });

  longIt("fits 80 columns in both languages", async () => {
    for (const language of ["en", "zh"] as const) {
      for (const line of textOf(await report(), language).split("\n")) {
        expect(displayWidth(line), line).toBeLessThanOrEqual(80);
      }
    }
  });
});

it("has fixtures to compare", ({ skip }) => {
  if (names.length === 0 && process.env.PKTWHY_REQUIRE_ALL !== "1") skip("no recorded fixtures are there yet");
  expect(names.length).toBeGreaterThan(0);
});
