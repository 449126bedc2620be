// Chinese as it is set: a space between Chinese and Latin letters or digits, wherever a name was put into a sentence.

import type { Text } from "../../model/text.ts";

/** The sentence with those spaces. */
export function typeset(sentence: Text): Text {
  const zh = sentence.zh
    .replace(/(\p{Script=Han})([A-Za-z0-9])/gu, "$1 $2")
    .replace(/([A-Za-z0-9])(\p{Script=Han})/gu, "$1 $2")
    .trim();
  return zh === sentence.zh ? sentence : { en: sentence.en, zh };
}
