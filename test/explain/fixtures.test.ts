// Every recorded fixture: the right answer with its state, and an honest one from its packets alone.

import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { causes } from "../../src/causes/registry.ts";
import { scenarios } from "../../src/lab/scenarios.ts";
import { sampled } from "../how-long.ts";
import { fixtures, packetsAlone, withState } from "../recorded.ts";

const recorded = new Set(readdirSync(fixtures));
/** What looks alike from packets alone takes long to find out: a sample, all under `npm run test:long`. */
const asked = new Set(sampled(scenarios, "packets alone", 4, ({ name }) => name));

describe.each(scenarios.map((s) => [s.name, s] as const))("%s", (name, scenario) => {
  it("is recorded", () => expect(recorded.has(name)).toBe(true));

  it("is answered rightly with its state", async () => {
    const { answer, flows } = await withState(name);
    expect(answer?.code).toBe(scenario.expected[0]);
    const told = flows.find((f) => f.flow.id === answer?.flow)?.findings.map((f) => f.code) ?? [];
    for (const code of scenario.expected) expect(told).toContain(code);
  });

  it("has steps that each rest on something", async () => {
    for (const flow of (await withState(name)).flows) {
      for (const finding of flow.findings) expect(finding.evidence.length).toBeGreaterThan(0);
      for (const step of flow.steps) {
        if (step.basis === "seen") expect(step.frames.length, step.text.en).toBeGreaterThan(0);
        if (step.basis === "state") expect(step.state.length, step.text.en).toBeGreaterThan(0);
      }
    }
  });

  it("is never a certain answer where ping counts loss", async () => {
    for (const { flow, findings } of (await withState(name)).flows) {
      const [first] = findings;
      if (flow.replies < flow.requests && first?.code === "answered") expect(first.certainty).not.toBe("certain");
    }
  });

  it("has no certain main answer while something looks like it", async () => {
    for (const report of [await withState(name), asked.has(scenario) ? await packetsAlone(name) : null]) {
      if (!report?.answer) continue;
      const { answer, flows } = report;
      const answered = flows.find((f) => f.flow.id === answer.flow);
      if (answered === undefined) throw new Error("the answer belongs to no flow");
      const [first] = answered.findings;
      if (first && first.lookalikes.length > 0) expect(first.certainty).not.toBe("certain");
    }
  });
});

describe.each([...asked].map((s) => [s.name, s] as const))("%s", (name, scenario) => {
  it("is told honestly from its packets alone", async () => {
    const report = await packetsAlone(name);
    const answer = report?.answer ?? null;
    if (answer === null) return;
    const findings = report?.flows.find((f) => f.flow.id === answer.flow)?.findings ?? [];
    const [first] = findings;
    const truth = scenario.expected[0];
    for (const { lookalikes } of findings) expect(lookalikes.length).toBeLessThanOrEqual(7);
    if (first && first.lookalikes.length > 0) expect(first.certainty).not.toBe("certain");
    if (answer.code !== truth) expect(answer.certainty).not.toBe("certain");
  });
});

describe.each(causes.filter((c) => c.scenario !== null).map((c) => [c.code, c] as const))("%s", (code, cause) => {
  const told = async (name: string | null): Promise<string[]> =>
    (await withState(name ?? "")).flows.flatMap((f) => f.findings.map((finding) => finding.code));

  it("is told in its scenario", async () => expect(await told(cause.scenario)).toContain(code));
  it("is not told in its negative twin", async () => expect(await told(cause.negativeTwin)).not.toContain(code));
});

it("stays silent on each twin", async () => {
  for (const scenario of scenarios) {
    const { answer } = await withState(scenario.twin);
    expect(`${scenario.twin}: ${answer?.code}`).not.toBe(`${scenario.twin}: ${scenario.expected[0]}`);
  }
});
