// Six terminal transcripts as people paste them: the answer each must give, and its report in both languages.
// UPDATE_GOLDEN=1 rewrites the reports.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import { causeByCode } from "../../src/causes/registry.ts";
import type { Report } from "../../src/model/report.ts";
import { renderText } from "../../src/render/text.ts";

const folder = join(import.meta.dirname, "../../../shared/transcripts");
const there = existsSync(folder);
const update = process.env.UPDATE_GOLDEN === "1";
const ORDER = ["certain", "likely", "possible"];

it("has the transcripts", () => {
  if (!there) console.warn("SKIPPED: the shared transcripts are not here");
  expect(there || process.env.PKTWHY_REQUIRE_ALL !== "1").toBe(true);
});

describe.skipIf(!there).each([
  ["veth-one-address", "arp-no-local-owner", "likely"],
  ["veth-both-addresses", "reply-via-lo", "likely"],
  ["veth-both-addresses-captures-only", "reply-via-lo", "likely"],
  ["veth-other-addresses", "arp-no-local-owner", "likely"],
  ["two-namespaces", "answered", "certain"],
  ["two-namespaces-tap", "answered", "certain"],
])("%s", (name, code, highest) => {
  const made = there ? reportOf([join(folder, `${name}.txt`)]).then((r) => r.report as Report) : null;

  it(`is ${code}, at most ${highest}`, async () => {
    const answer = (await made)?.answer;
    expect(answer?.code).toBe(code);
    expect(ORDER.indexOf(answer?.certainty ?? "")).toBeGreaterThanOrEqual(ORDER.indexOf(highest));
  });

  it.each(["en", "zh"] as const)("reads well in %s", async (language) => {
    const report = renderText((await made) as Report, {
      language,
      width: 80,
      color: false,
      verbose: false,
      titleOf: (other) => causeByCode(other)?.title,
    }).replaceAll(folder, "transcripts");
    const path = join(import.meta.dirname, "transcripts", `${name}.${language}.txt`);
    if (update) writeFileSync(path, report);
    expect(report).toBe(existsSync(path) ? readFileSync(path, "utf8") : "(not yet: UPDATE_GOLDEN=1 writes it)");
  });
});
