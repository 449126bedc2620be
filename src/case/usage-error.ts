// What was asked for cannot be carried out: told in one sentence with a hint, and status 2.

import { ProblemError } from "../model/problem.ts";
import type { Text } from "../model/text.ts";

/** A command line, or a wish of a program, that cannot be carried out. */
export function usageError(place: string, words: Text): ProblemError {
  return new ProblemError({ kind: "bad-usage", severity: "error", place, text: words });
}
