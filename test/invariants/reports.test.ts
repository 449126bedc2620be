// What must hold between the walks, what was seen of them, and what is told: over every recorded bundle, with its state,
// and over pasted text.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import type { FlowReport } from "../../src/model/report.ts";
import { sampled } from "../how-long.ts";
import { fixtures, recorded } from "../recorded.ts";

const pasted = join(import.meta.dirname, "../golden/pastes");
const pastes = readdirSync(pasted).filter((name) => /^[^.]+\.txt$/.test(name));

async function flowsOf(path: string): Promise<readonly FlowReport[]> {
  const { report } = await reportOf([path], { why: true });
  return report?.flows ?? [];
}

describe.each([
  ...sampled(recorded, "reports", 3).map((name) => join(fixtures, name)),
  ...pastes.map((name) => join(pasted, name)),
])("%s", (path) => {
  it("breaks no invariant, and tells which walk was chosen", async () => {
    for (const { flow, why = [] } of await flowsOf(path)) {
      const breaches = why.flatMap((entry) => (entry.kind === "checked" ? entry.breaches : []));
      expect(breaches.map(({ rule, text }) => `flow ${flow.id} ${rule}: ${text.en}`)).toEqual([]);
      expect(why.filter(({ kind }) => kind === "chosen")).toHaveLength(1);
      expect(why.filter(({ kind }) => kind === "checked")).toHaveLength(1);
      const walks = why.flatMap((entry) => (entry.kind === "walk" ? [entry] : []));
      const chosen = why.find((entry) => entry.kind === "chosen");
      // What was chosen is one of those that were tried, and nothing speaks against it.
      if (chosen?.walk != null) expect(walks[chosen.walk - 1]).toMatchObject({ n: chosen.walk, against: null });
      // A world that fits leads only where what it rests on was shown.
      else expect(walks.every(({ against, state }) => against !== null || state.kind === "assumed")).toBe(true);
    }
  });
});
