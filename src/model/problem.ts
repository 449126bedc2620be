// What is wrong with an input or a request, in one sentence with its place and its remedy.

import type { Text } from "./text.ts";

export interface Problem {
  /** Stable name, e.g. `no-such-file`, `cut-off`, `not-a-capture`, `bad-state-key`. */
  readonly kind: string;
  /** "error": nothing could be read or done. "warning": what was whole is still explained. */
  readonly severity: "error" | "warning";
  /** File (and byte offset), interface or option concerned. */
  readonly place: string;
  /** The whole sentence: place, fault, remedy. */
  readonly text: Text;
}

/** What a person can mend, thrown where no result is possible; the command line prints it and ends with status 2. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.text.en);
    this.name = "ProblemError";
    this.problem = problem;
  }
}
