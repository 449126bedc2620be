// How it went and what the cause is, on a terminal.

import type { Verdict } from "../model/report.ts";
import { text } from "../model/text.ts";
import type { AnswerLine, TitleLine } from "./document/document.ts";
import { headRule, type Page } from "./page.ts";
import type { Look } from "./style.ts";
import { displayWidth, fill, wrap } from "./width.ts";
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

/** The headline, and where it is with `code, certainty` at the right margin: in one line where the headline names the place. */
export function answerLines(page: Page, { sentence, code, certainty, place, netns, ...answer }: AnswerLine): string[] {
  const right = `${code}${page.say(WORDS.comma)}${certainty}`;
  const isNamed = [netns, answer.interface].every((name) => !name || wordsOf(sentence).has(name));
  if (place === null || (isNamed && displayWidth(sentence) + 2 + displayWidth(right) <= page.width))
    return headRule(page, sentence, right, "strong");
  const at = page.say(text(`at ${place}`, `位于 ${place}`));
  if (displayWidth(at) + 2 + displayWidth(right) > page.width) return headRule(page, sentence, right, "strong");
  const gap = " ".repeat(page.width - displayWidth(at) - displayWidth(right));
  const lines = wrap(sentence, page.width).map((line) => page.style("strong", line));
  return [...lines, `${at}${gap}${page.style("faint", right)}`];
}

function wordsOf(sentence: string): ReadonlySet<string> {
  return new Set(sentence.split(/[^\w.@-]+/));
}

/** That there is no answer. */
export function noAnswerLines(page: Page, sentence: string): string[] {
  return wrap(sentence, page.width).map((line) => page.style("unsure", line));
}
