import { describe, expect, it } from "vitest";
import type { FlowReport } from "../../src/model/report.ts";
import { FOLDS, type FoldedRow, foldings } from "../../src/render/document/fold.ts";
import { sampled } from "../how-long.ts";
import { recorded, withState } from "../recorded.ts";

async function flowOf(name: string): Promise<FlowReport> {
  const { answer, flows } = await withState(name);
  return flows.find((one) => one.flow.id === answer?.flow) as FlowReport;
}

function numbers(rows: readonly FoldedRow[]): number[] {
  return rows.flatMap((row) => {
    const first = row.kind === "gap" ? row.first : row.step.n;
    return Array.from({ length: row.last - first + 1 }, (_, k) => first + k);
  });
}

describe("the rows of a screen", () => {
  it.each(sampled(recorded, "folds", 3))(
    "%s: every step once, in order, in ever fewer rows, nothing missing hidden in a fold",
    async (name) => {
      const flow = await flowOf(name);
      const all = foldings(flow);
      expect(all[0]).toHaveLength(flow.steps.length);
      for (const [k, rows] of all.entries()) {
        expect(numbers(rows)).toEqual(flow.steps.map((step) => step.n));
        expect(rows.length).toBeLessThanOrEqual(all[k - 1]?.length ?? rows.length);
        for (const row of rows) {
          if (row.kind === "gap" || row.last === row.step.n) continue;
          const some = flow.steps.filter((step) => step.n >= row.step.n && step.n <= row.last);
          if (row.step.text.en.startsWith("ARP, one round"))
            expect(some.every((step) => step.basis !== "missing")).toBe(true);
          expect(some.some((step) => step.walk?.kind === "stop" && (step.branch ?? 0) === 0)).toBe(false);
        }
      }
    },
  );

  it("folds the ARP of a router's way when the fault is elsewhere, and keeps the round that a cause speaks of", async () => {
    const folded = async (name: string) =>
      foldings(await flowOf(name))[FOLDS]?.filter((row) => row.kind === "step" && row.last > row.step.n).length;
    expect(await folded("missing-return-route")).toBe(2);
    expect(await folded("proxy-arp")).toBe(1);
  });
});
