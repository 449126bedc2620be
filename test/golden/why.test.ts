// Golden --why: what was tried for a bundle where the state before fits, one where only the failed requests do, one where
// only the state after does, one with copies of a flooded frame, and a paste whose settings are assumed. UPDATE_GOLDEN=1
// rewrites them.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { whyOfForecast } from "../../src/case/predict-report.ts";
import { reportOf } from "../../src/case/read-report.ts";
import { readState } from "../../src/case/state-file.ts";
import { formatIpv4 } from "../../src/model/address.ts";
import { redacted } from "../../src/model/redact.ts";
import type { Report } from "../../src/model/report.ts";
import type { Language } from "../../src/model/text.ts";
import { predict } from "../../src/predict/predict.ts";
import { whyParts } from "../../src/render/document/why.ts";
import { renderHtml } from "../../src/render/html.ts";
import { renderJson } from "../../src/render/json.ts";
import { renderMarkdown } from "../../src/render/markdown.ts";
import { type Page, pageOf } from "../../src/render/page.ts";
import { partLines, renderText } from "../../src/render/text.ts";
import { displayWidth } from "../../src/render/width.ts";
import { asked as ping } from "../attempts.ts";

const update = process.env.UPDATE_GOLDEN === "1";
const LOOKS = { width: 80, color: false, verbose: false };

const CASES: Readonly<Record<string, string>> = {
  "veth-one-address": "fixtures/veth-one-address",
  "neigh-stale-mac-changed": "fixtures/neigh-stale-mac-changed",
  "static-route-lost-after-flap": "fixtures/static-route-lost-after-flap",
  "bridge-flood-off": "fixtures/bridge-flood-off",
  "one-host-refused": "test/golden/pastes/one-host-refused.txt",
};

async function read(path: string, why: boolean): Promise<Report> {
  const { report } = await reportOf([path], { why });
  if (report === null) throw new Error(`${path} gave no report`);
  return report;
}

function whyLines(page: Page, why: Report["flows"][number]["why"] = []): string[] {
  return whyParts(page, why).flatMap((part) => partLines(page, part));
}

function compared(file: string, made: string): void {
  const path = join(import.meta.dirname, "why", file);
  if (update) writeFileSync(path, made);
  expect(made).toBe(existsSync(path) ? readFileSync(path, "utf8") : `(no ${file} yet: UPDATE_GOLDEN=1 writes it)`);
}

describe.each(Object.entries(CASES))("%s", (name, path) => {
  it.each(["en", "zh"] as const)("is told in %s", async (language: Language) => {
    const { flows } = await read(path, true);
    const page = pageOf({ ...LOOKS, language });
    const lines = flows.flatMap(({ flow, why = [] }) => [`flow ${flow.id}`, ...whyLines(page, why)]);
    for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
    compared(`${name}.${language}.txt`, `${lines.join("\n")}\n`);
  });

  it("is data in JSON, and only where it was asked for", async () => {
    const json = (report: Report) =>
      JSON.parse(renderJson(report, { language: "en", version: "0" })) as { flows: Record<string, unknown>[] };
    const asked = json(await read(path, true));
    compared(
      `${name}.json.txt`,
      `${JSON.stringify(
        asked.flows.map(({ why }) => why),
        null,
        2,
      )}\n`,
    );
    const rest = { ...asked, flows: asked.flows.map(({ why: _, ...flow }) => flow) };
    expect(json(await read(path, false))).toEqual(rest);
  });

  it("adds to the report and takes nothing from it", async () => {
    const page = pageOf({ ...LOOKS, language: "en" });
    const [with_, without] = [await read(path, true), await read(path, false)];
    const added = whyLines(page, with_.flows[0]?.why ?? []).join("\n");
    expect(renderText(with_, { ...LOOKS, language: "en" }).replace(`\n${added}\n`, "")).toBe(
      renderText(without, { ...LOOKS, language: "en" }),
    );
    for (const render of [renderMarkdown, renderHtml]) {
      const told = render(with_, { language: "zh", verbose: false, version: "0" });
      expect(told).toContain("核对");
      expect(render(without, { language: "zh", verbose: false, version: "0" })).not.toContain("核对");
    }
  });

  it("holds no address with --redact", async () => {
    const report = await read(path, true);
    const shared = redacted(report, []).report as Report;
    const words = renderJson(shared, { language: "en", version: "0" });
    expect(words).toContain('"why"');
    const addresses = report.flows.flatMap(({ flow }) => [flow.src, flow.dst]).flatMap((one) => one ?? []);
    for (const address of addresses) expect(words).not.toMatch(new RegExp(`\\b${formatIpv4(address)}\\b`));
  });
});

describe("predict", () => {
  it.each([
    ["veth-one-address", "", "192.168.2.1"],
    ["multipath-dead-nexthop", "left", "10.0.2.2"],
  ])("%s", async (name, netns, to) => {
    const { state } = await readState(join(import.meta.dirname, "../../fixtures", name, "state.json.gz"));
    const why = whyOfForecast(state, predict(state, ping(netns, to)));
    const lines = (["en", "zh"] as const).flatMap((language) => whyLines(pageOf({ ...LOOKS, language }), why));
    compared(`predict-${name}.txt`, `${lines.join("\n")}\n`);
  });
});
