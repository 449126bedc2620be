// The report on one screen: lines and columns of every recorded case and paste, in both languages and at four widths, and
// the steps that two stories may never lose. A sample of the cases; `npm run test:long` draws every one.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { causeByCode } from "../../src/causes/registry.ts";
import type { Report } from "../../src/model/report.ts";
import { documentOf } from "../../src/render/document/report.ts";
import { voiceOf } from "../../src/render/document/voice.ts";
import { SCREEN } from "../../src/render/screen/screen.ts";
import { renderText } from "../../src/render/text.ts";
import { displayWidth } from "../../src/render/width.ts";
import { sampled } from "../how-long.ts";
import { read, recorded, withState } from "../recorded.ts";

const root = join(import.meta.dirname, "../..");
const titleOf = (code: string) => causeByCode(code)?.title;
const pasted = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending) && !/\.(en|zh)\.txt$|README/.test(name))
    .map((name) => `${folder}/${name}`);
const cases = [
  ...recorded.map((name) => `fixtures/${name}`),
  ...pasted("test/golden/pastes", ".txt"),
  ...pasted("test/golden/firewall", ".paste.txt"),
];

function reported(name: string): Promise<Report> {
  const [folder, ...rest] = name.split("/");
  return folder === "fixtures" ? withState(rest.join("/")) : read([join(root, name)]);
}

describe.each(sampled(cases, "screen", 6))("%s", (name) => {
  it("fits the screen at every width, in both languages", async () => {
    const report = await reported(name);
    const { isWell } = documentOf(voiceOf({ language: "en" }), report);
    for (const language of ["en", "zh"] as const) {
      for (const width of [60, 80, 120, 200]) {
        const made = renderText(report, { language, width, color: false, verbose: false, titleOf });
        const lines = made.split("\n").slice(0, -1);
        // A command is cut between its words alone: one that is longer than a line stays whole.
        for (const line of lines.filter((one) => !/^ +\S+(?: \\)?$/.test(one)))
          expect(displayWidth(line), line).toBeLessThanOrEqual(width);
        const picture = lines.filter((line) => /^ {2}.*[├│┤]|^ {2}x◀/.test(line)).length;
        const most = isWell ? SCREEN.well : picture > 0 ? SCREEN.withPicture : SCREEN.lines;
        if (width >= 80) expect(lines.length, made).toBeLessThanOrEqual(most);
      }
      const quiet = renderText(report, { language, width: 80, color: false, verbose: false, quiet: true, titleOf });
      expect(quiet.split("\n")).toHaveLength(2);
    }
  });
});

describe("the steps of two stories", () => {
  it.each([
    ["fixtures/veth-one-address", /^ *\d+ /, [1, 2, 3, 4, 5, 6, 7]],
    ["fixtures/veth-both-addresses", /^ *\d+ /, [1, 2, 11, 12, 13, 15, 16, 17, 18, 19]],
  ] as const)("%s are all there", async (name, pattern, steps) => {
    const report = await reported(name);
    for (const language of ["en", "zh"] as const) {
      for (const width of [80, 120, 200]) {
        const made = renderText(report, { language, width, color: false, verbose: false, titleOf });
        const told = made.split("\n").flatMap((line) => (pattern.test(line) ? [Number.parseInt(line, 10)] : []));
        for (const step of steps) expect(told, made).toContain(step);
      }
    }
  });
});
