// Which language people read: asked for by --lang or PKTWHY_LANG, else English; the system's locale is not asked.

import type { Language, Text } from "../model/text.ts";

/** The language of this run; a wrong --lang is told later, by the option itself. */
export function languageOf(argv: readonly string[], env: NodeJS.ProcessEnv): Language {
  const at = argv.indexOf("--lang");
  const given = at >= 0 ? argv[at + 1] : argv.find((arg) => arg.startsWith("--lang="))?.slice("--lang=".length);
  return (given ?? env.PKTWHY_LANG ?? "").toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Says a text in one language. */
export type Say = (text: Text) => string;
