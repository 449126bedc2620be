// A site of 40 addresses that was built in namespaces with three faults in it: the audit names the three, and quickly.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { auditOf } from "../../src/audit/audit.ts";
import { auditJson, renderAudit } from "../../src/render/audit.ts";
import { auditHtml, auditMarkdown } from "../../src/render/audit-page.ts";
import { parseState } from "../../src/system/parse.ts";

const path = join(import.meta.dirname, "site/state.json.gz");
const { state } = parseState(JSON.parse(gunzipSync(readFileSync(path)).toString("utf8")), path);
const audit = auditOf("site.json", state, null);

it("names the three faults, each at its host", () => {
  const told = audit.faults.map(({ finding, alsoAs }) => [finding.netns, [finding.code, ...alsoAs]] as const);
  expect(told).toHaveLength(3);
  expect(Object.fromEntries(told)).toEqual({
    "pwh1-3": expect.arrayContaining(["nft-input-drop"]),
    "pwh2-5": expect.arrayContaining(["no-route"]),
    "pwh3-1": expect.arrayContaining(["arp-ignore-8"]),
  });
  expect(audit.unmended).toEqual([]);
});

it("proves that they explain all that fails", () => {
  const { counts, mended, faults } = audit;
  expect(counts).toMatchObject({ hosts: 37, addresses: 40, pairs: 1440, open: 0, exits: 0 });
  expect(counts.answered + counts.failed).toBe(1440);
  expect(mended).toBe(counts.failed - counts.passing + counts.hidden);
  for (const { explains, alone, of } of faults) {
    expect(explains).toBeGreaterThan(30);
    expect(alone).toBeGreaterThan(30);
    expect(alone).toBeLessThanOrEqual(explains);
    expect(of).toBe(mended);
  }
});

it("walks a few pairs for all of them", () => {
  expect(audit.counts.classes).toBeLessThan(200);
  expect(audit.counts.walks).toBeLessThan(650);
});

it("fits on one screen, in both languages", () => {
  for (const language of ["en", "zh"] as const) {
    const words = renderAudit(audit, { language, width: 80, color: false, verbose: false });
    expect(words.split("\n").length).toBeLessThanOrEqual(40);
    expect(words).toContain("arp-ignore-8");
    expect(words).not.toMatch(/undefined|null|NaN/);
  }
});

it("says the same as data and as pages", () => {
  const options = { language: "en", version: "0" } as const;
  const { audit: data } = JSON.parse(auditJson(audit, options));
  expect(data.faults).toHaveLength(3);
  expect(data.counts.pairs).toBe(1440);
  for (const page of [auditMarkdown(audit, options), auditHtml(audit, options)])
    for (const { fix } of data.faults) expect(page.replaceAll("&#39;", "'")).toContain(fix.command.split(" ").at(-1));
});
