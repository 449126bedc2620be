// The manual of causes as data.

import type { Cause } from "../model/cause.ts";
import type { Fix } from "../model/finding.ts";
import type { Language } from "../model/text.ts";
import type { CauseJson } from "./json-shape.ts";

/** The page of a cause in one language, with its fixes as they are typed where nothing is known. */
export function jsonOfCause(cause: Cause, fixes: readonly Fix[], language: Language): CauseJson {
  const { meaning, evidence, tellApart, kernel } = cause.page();
  return {
    code: cause.code,
    severity: cause.severity,
    title: cause.title[language],
    meaning: meaning[language],
    evidence: evidence[language],
    tellApart: tellApart[language],
    lookalikes: cause.lookalikes,
    fixes: fixes.map(({ command, effect }) => ({ command: command === "" ? null : command, effect: effect[language] })),
    kernel,
    scenario: cause.scenario,
    search: cause.search,
  };
}
