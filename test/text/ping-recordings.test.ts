// Only what ping printed, for every recorded fixture: never another certain code, and of all that could look so the seven
// likeliest. That few names hold the true one often, not always. A sample of them; `npm run test:long` asks every one.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import type { Code } from "../../src/model/code.ts";
import type { Report } from "../../src/model/report.ts";
import { howMany, sampled } from "../how-long.ts";

const root = fileURLToPath(new URL("../../fixtures/", import.meta.url));
const tally = { same: 0, "look-alike": 0, none: 0 };

interface Recorded {
  readonly name: string;
  readonly typed: string;
  readonly output: string;
  readonly code: Code;
}

const recorded = sampled(readdirSync(root), "ping alone", 20).flatMap((name): Recorded[] => {
  const run = JSON.parse(readFileSync(`${root}${name}/run.json`, "utf8"));
  const { answer } = JSON.parse(readFileSync(`${root}${name}/report.json`, "utf8"));
  const isPing = run.argv[0] === "ping" && typeof run.output === "string" && answer !== null;
  return isPing ? [{ name, typed: run.argv.join(" "), output: run.output, code: answer.code }] : [];
});

async function explained(content: string): Promise<Report | null> {
  const pastes = [{ source: "paste.txt", content, interface: null, netns: null }];
  return (await reportOfPastes({ pastes, captures: [], state: null, problems: [] })).report;
}

describe.each([
  ["behind its command", ({ typed, output }: Recorded) => `$ ${typed}\n${output}`],
  ["without its command", ({ output }: Recorded) => output],
] as const)("%s", (how, pasteOf) => {
  test.each(recorded.map((one) => [one.name, one] as const))("%s", async (_, one) => {
    const report = await explained(pasteOf(one));
    const answer = report?.answer ?? null;
    const finding = report?.flows.find((flow) => flow.flow.id === answer?.flow)?.findings[0];
    const kind = answer?.code === one.code ? "same" : finding?.lookalikes.includes(one.code) ? "look-alike" : "none";
    if (how === "behind its command") {
      tally[kind]++;
      expect(answer).not.toBeNull();
    }
    if (answer?.certainty === "certain") expect(answer.code).toBe(one.code);
    for (const flow of report?.flows ?? [])
      for (const { lookalikes } of flow.findings) expect(lookalikes.length).toBeLessThanOrEqual(7);
  });
});

afterAll(() => {
  console.info(`ping alone, ${recorded.length} recordings: ${JSON.stringify(tally)}`);
  expect(recorded.length).toBeGreaterThanOrEqual(howMany(4, 110));
  expect(tally.same + tally["look-alike"]).toBeGreaterThanOrEqual(recorded.length * 0.3);
});
