// Pieces of sentences.

import { WORDS } from "../words.ts";
import type { AnswerLine, Span } from "./document.ts";
import type { Voice } from "./voice.ts";

export function words(text: string): Span {
  return { kind: "words", text };
}
export function literal(text: string): Span {
  return { kind: "literal", text };
}

/** A sentence, which quotes names and lines between backticks. */
export function spansOf(sentence: string): Span[] {
  return sentence
    .split(/(`[^`]+`)/)
    .filter((piece) => piece !== "")
    .map((piece) =>
      piece.length > 2 && piece.startsWith("`") && piece.endsWith("`")
        ? { kind: "code", text: piece.slice(1, -1) }
        : words(piece),
    );
}

/** A cause's sentence with its code and certainty in brackets. */
export function answerSpans(
  voice: Pick<Voice, "language" | "say">,
  { sentence, code, certainty }: Pick<AnswerLine, "sentence" | "code" | "certainty">,
): Span[] {
  const [open, close] = voice.language === "zh" ? ["（", "）"] : [" (", ")"];
  return [
    { kind: "strong", text: sentence },
    words(open),
    literal(code),
    words(`${voice.say(WORDS.comma)}${certainty}${close}`),
  ];
}
