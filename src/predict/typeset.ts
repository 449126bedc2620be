// Chinese as it is set: a space between Chinese and Latin letters or digits, wherever a name was put into a sentence, and
// none between Chinese words.

import { remembered } from "../model/remembered.ts";
import type { Text } from "../model/text.ts";

/** The sentence with those spaces. */
export function typeset(sentence: Text): Text {
  const zh = set(sentence.zh);
  return zh === sentence.zh ? sentence : { en: sentence.en, zh };
}

const set = remembered((zh) =>
  zh
    .replace(/(\p{Script=Han})([A-Za-z0-9])/gu, "$1 $2")
    .replace(/([A-Za-z0-9])(\p{Script=Han})/gu, "$1 $2")
    .replace(/(?<=\p{Script=Han}) +(?=\p{Script=Han})/gu, "")
    .trim(),
);
