// How it went and what the cause is, on a terminal.

import type { Verdict } from "../model/report.ts";
import type { AnswerLine, TitleLine } from "./document/document.ts";
import { headRule, type Page } from "./page.ts";
import type { Look } from "./style.ts";
import { fill, wrap } from "./width.ts";
import { WORDS } from "./words.ts";

/** How a verdict looks. */
export const LOOKS: Record<Verdict, Look> = {
  worked: "good",
  "worked-with-trouble": "unsure",
  failed: "bad",
  "cannot-tell": "unsure",
};

/** What was tried and how it went. */
export function titleLines(page: Page, { sentence, verdict }: TitleLine): string[] {
  const separator = page.say(WORDS.comma);
  return fill(sentence.split(separator), separator, page.width).map((line) => page.style(LOOKS[verdict], line));
}

/** The headline with `code, certainty` at the right margin. */
export function answerLines(page: Page, { sentence, code, certainty }: AnswerLine): string[] {
  return headRule(page, sentence, `${code}${page.say(WORDS.comma)}${certainty}`, "strong");
}

/** That there is no answer. */
export function noAnswerLines(page: Page, sentence: string): string[] {
  return wrap(sentence, page.width).map((line) => page.style("unsure", line));
}
