// What live work needs of whoever shows its words: their looks on standard output, and a place for what went wrong.

import type { LooksOf } from "../case/report-writer.ts";
import type { Problem } from "../model/problem.ts";
import type { Language } from "../model/text.ts";

/** The terminal, as the command line knows it. */
export interface Terminal {
  readonly looksOf: LooksOf;
  /** Tells problems on standard error, each once. */
  tell(problems: readonly Problem[], language: Language): void;
  /** Says that what is kept outlives a lost standard output. */
  outliveOutput(): void;
  isOutputLost(): boolean;
}
