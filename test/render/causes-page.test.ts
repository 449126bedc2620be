// The manual on a terminal: every cause in both languages, within 80 columns.

import { describe, expect, it } from "vitest";
import { causes } from "../../src/causes/registry.ts";
import { fixesOf } from "../../src/edits/fixes.ts";
import { renderCauseList, renderCausePage } from "../../src/render/causes-page.ts";
import { displayWidth } from "../../src/render/width.ts";

describe.each(["en", "zh"] as const)("the manual (%s)", (language) => {
  const options = { language, width: 80, color: false, verbose: false };

  it("lists every cause once, with severity and title", () => {
    const list = renderCauseList(causes, options);
    for (const cause of causes) {
      expect(list.split("\n").filter((line) => line.startsWith(`${cause.code} `))).toHaveLength(1);
    }
    for (const line of list.split("\n")) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
  });

  it("has a page for every cause", () => {
    for (const cause of causes) {
      const page = renderCausePage(cause, fixesOf(cause, {}, null), options);
      expect(page).toContain(cause.code);
      expect(page).not.toContain("undefined");
      for (const line of page.split("\n")) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
    }
  });
});
