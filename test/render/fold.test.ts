// What a short report leaves out: never a number, never what is missing, never what a finding rests on.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportOf } from "../../src/cli/read-report.ts";
import { formatFrame } from "../../src/model/evidence.ts";
import type { FlowReport } from "../../src/model/report.ts";
import { foldedSteps, type StepRow } from "../../src/render/fold.ts";

const root = join(import.meta.dirname, "../..");
const names = readdirSync(join(root, "fixtures"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

async function flowOf(name: string): Promise<FlowReport> {
  const { report } = await reportOf([join(root, "fixtures", name)]);
  return report?.flows.find((one) => one.flow.id === report.answer?.flow) as FlowReport;
}

function numbers(rows: readonly StepRow[]): number[] {
  return rows.flatMap((row) => {
    const first = row.kind === "gap" ? row.first : row.step.n;
    return Array.from({ length: row.last - first + 1 }, (_, k) => first + k);
  });
}

describe("the rows of a short report", () => {
  it.each(names)("%s: every step once, in order, nothing missing hidden in a round", async (name) => {
    const flow = await flowOf(name);
    const rows = foldedSteps(flow);
    expect(numbers(rows)).toEqual(flow.steps.map((step) => step.n));
    expect(rows.length).toBeLessThanOrEqual(24);
    for (const row of rows) {
      if (row.kind === "gap" || row.last === row.step.n) continue;
      const round = flow.steps.filter((step) => step.n >= row.step.n && step.n <= row.last);
      expect(round.every((step) => step.basis !== "missing")).toBe(true);
      const cited = flow.findings.filter((one) => one.code !== "answered").flatMap((one) => one.evidence);
      const frames = new Set(round.flatMap((step) => step.frames.map(formatFrame)));
      expect(cited.flatMap((one) => one.frames ?? []).filter((frame) => frames.has(formatFrame(frame)))).toEqual([]);
    }
  });

  it("folds the ARP of a router's way when the fault is elsewhere", async () => {
    const rows = foldedSteps(await flowOf("missing-return-route"));
    expect(rows.filter((row) => row.kind === "step" && row.last > row.step.n)).toHaveLength(2);
  });

  it("keeps the ARP round that a cause speaks of", async () => {
    const rows = foldedSteps(await flowOf("proxy-arp"));
    const first = rows.find((row) => row.kind === "step" && row.step.walk?.leg === "arp-request");
    expect(first).toMatchObject({ kind: "step", step: { walk: { kind: "transmit" } } });
  });

  it("tells a short way whole", async () => {
    const flow = await flowOf("veth-one-address");
    expect(foldedSteps(flow)).toHaveLength(flow.steps.length);
  });
});
