// Names every test that passed only when it was tried again, with what was wrong the first time: a machine that is busy may
// make a test late, and a test that needs that often is a fault of its own.

import type { Reporter, TestCase } from "vitest/node";

// The words for one test; null where it passed at once, or not at all.
function secondAttempt(test: TestCase): string | null {
  const diagnostic = test.diagnostic();
  if (!diagnostic?.flaky) return null;
  const [first] = test.result().errors ?? [];
  const because = (first?.message ?? "no error").split("\n")[0];
  return `TRIED AGAIN (${diagnostic.retryCount} ×) ${test.module.relativeModuleId} > ${test.fullName}: ${because}`;
}

/** Prints them behind everything else that a run says. */
export class SecondAttempts implements Reporter {
  readonly #told: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const words = secondAttempt(test);
    if (words !== null) this.#told.push(words);
  }

  onTestRunEnd(): void {
    for (const words of this.#told) console.warn(words);
  }
}
