// The files that take longest begin first: one that begins last keeps the other processors waiting.

import { BaseSequencer, type TestSpecification } from "vitest/node";

const LONGEST = [
  "fuzz/fuzz",
  "text/recordings-as-text",
  "text/ping-recordings",
  "explain/fixtures",
  "explain/one-host",
  "render/redact",
  "render/document",
  "text/threads",
  "audit/one-change",
  "savefile/gzip",
  "invariants/walks",
  // Live ones.
  "live/difftest",
  "live/lab-scenarios",
  "long/ordinary-server",
  "live/run-stories",
];

function rank({ moduleId }: TestSpecification): number {
  const at = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return at < 0 ? LONGEST.length : at;
}

/** Vitest's own order behind them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
