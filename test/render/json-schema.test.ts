// The schema of what is printed as JSON: every golden report holds against it, and nothing is printed that it does not name.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { expect, it } from "vitest";
import { packageVersion } from "../../src/case/package-root.ts";
import { reportOf } from "../../src/case/read-report.ts";
import { causes } from "../../src/causes/registry.ts";
import { fixesOf } from "../../src/edits/fixes.ts";
import type { Ipv4 } from "../../src/model/address.ts";
import { text } from "../../src/model/text.ts";
import { jsonOfCause } from "../../src/render/causes-json.ts";
import { jsonLine, jsonReport, renderJsonLines } from "../../src/render/json.ts";
import { type WatchEvent, watchJson } from "../../src/render/watch-line.ts";
import { pktwhy, root } from "../cli/run-cli.ts";

const schema = JSON.parse(readFileSync(join(root, "schema/pktwhy-1.json"), "utf8"));
const looks = { language: "en", version: packageVersion() } as const;

// Readers of the schema take keys that later versions add; what this version prints has to be in it.
const strict = new Ajv({ allErrors: true }).addSchema(closed(schema) as object, "schema");
const published = new Ajv().compile(schema);

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const all = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]));
  return typeof all.properties === "object" && all.type === "object" ? { ...all, additionalProperties: false } : all;
}

function validator(name: string): ValidateFunction {
  const found = strict.getSchema(`schema#/definitions/${name}`);
  if (found === undefined) throw new Error(`the schema has no ${name}`);
  return found;
}

function expectValid(name: string, value: unknown, of: string): void {
  const valid = validator(name);
  expect(valid(value) ? [] : valid.errors?.slice(0, 5), of).toEqual([]);
  expect(published(value), of).toBe(true);
}

const goldens = readdirSync(join(root, "fixtures"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith("report.json"))
  .sort();

it("holds for every golden report", () => {
  expect(goldens.length).toBeGreaterThan(190);
  for (const name of goldens) {
    const golden = JSON.parse(readFileSync(join(root, "fixtures", name), "utf8"));
    expectValid("ReportJson", golden, name);
  }
});

it("refuses what is no report: a missing key, a wrong word, a key that is not named", () => {
  const golden = JSON.parse(readFileSync(join(root, "fixtures", goldens[0] as string), "utf8"));
  const valid = validator("ReportJson");
  const [flow] = golden.flows;
  expect(valid({ ...golden, flows: [{ ...flow, verdict: "perhaps" }] })).toBe(false);
  expect(valid({ ...golden, answer: undefined })).toBe(false);
  expect(valid({ ...golden, unheard: 1 })).toBe(false);
  expect(published({ ...golden, unheard: 1 })).toBe(true);
});

it("holds for lines, for what was tried, and for what changed since", async () => {
  const { report } = await reportOf(["fixtures/veth-one-address"], { why: true });
  if (report === null) throw new Error("the fixture cannot be read");
  const whole = jsonReport(report, looks);
  expect(whole.flows[0]?.why?.map(({ kind }) => kind)).toContain("walk");
  expectValid("ReportJson", JSON.parse(JSON.stringify(whole)), "--why");
  for (const line of renderJsonLines(report, looks).trim().split("\n"))
    expectValid("ReportLineJson", JSON.parse(line), "jsonl");
  const end = { verdict: "failed", code: "no-route" } as const;
  const change = { netns: "", part: "route", text: text("a", "b"), decides: true };
  const since = { case: "a", before: end, now: end, samePing: true, proven: true, changes: [change], notes: [] };
  const compared = jsonReport({ ...report, since: { ...since, outcome: "still-fails" } }, looks);
  expectValid("ReportJson", JSON.parse(JSON.stringify(compared)), "--since");
  const told = [{ code: "no-route", headline: "", count: 2 }];
  expectValid("WatchLineJson", JSON.parse(jsonLine({ type: "summary", told, ...whole })), "watch");
});

it("holds for the lines of a watch", () => {
  const events: readonly WatchEvent[] = [
    {
      kind: "exchange",
      time: 1_700_000_000_000_000_000n,
      type: "echo",
      flow: 1,
      netns: "net0",
      src: null,
      dst: 0x0a000001 as Ipv4,
      icmpId: 1,
      sequence: 4,
      what: text("", ""),
      path: ["net0:veth0"],
      outcome: "failed",
      rttMs: 0.04,
      correction: "late",
      answer: { code: "no-route", certainty: "certain", headline: text("", "") },
    },
    { kind: "mark", time: null, change: "loss", tone: "bad", text: text("", "") },
  ];
  for (const event of events) expectValid("WatchLineJson", JSON.parse(jsonLine(watchJson(event, "en"))), event.kind);
});

it("holds for a forecast and a comparison as the command prints them, and for the manual", () => {
  const file = "fixtures/icmp-echo-ignore-all/state.json.gz";
  const asked = ["192.168.2.1", "--netns", "net0", "--json"];
  const forecast = pktwhy(["predict", ...asked, "--state", file]);
  expectValid("ReportJson", JSON.parse(forecast.stdout), "predict");
  const compared = pktwhy(["diff", "fixtures/two-namespaces/state.json.gz", file, ...asked]);
  expectValid("DifferenceJson", JSON.parse(compared.stdout), "diff");
  expectValid("AuditJson", JSON.parse(pktwhy(["audit", file, "--json"]).stdout), "audit");
  const pages = causes.map((cause) => jsonOfCause(cause, fixesOf(cause, {}, null), "en"));
  for (const page of pages) expectValid("CauseJson", JSON.parse(JSON.stringify(page)), page.code);
  expect(published(JSON.parse(JSON.stringify(pages)))).toBe(true);
});
