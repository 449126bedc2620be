// What may stand for a value: words that are known beforehand, or what the shell looks up itself.

import { FORMATS } from "../../case/report-writer.ts";
import { scenarios } from "../../lab/scenarios.ts";
import { codes } from "../../model/code.ts";
import { ownValue } from "../../model/own-value.ts";
import type { ArgumentShape, CommandShape, OptionShape } from "../shape.ts";

/** What a shell offers at one place. */
export type Offer =
  | { readonly kind: "words"; readonly list: WordList | readonly string[] }
  | { readonly kind: "files" }
  | { readonly kind: "interfaces" }
  | { readonly kind: "namespaces" }
  | { readonly kind: "command" }
  | { readonly kind: "nothing" };

/** Lists that are long enough to stand once in a script, by name. */
export const WORD_LISTS = {
  codes,
  scenarios: scenarios.map(({ name }) => name),
} as const;
type WordList = keyof typeof WORD_LISTS;

const NOTHING: Offer = { kind: "nothing" };

const OFFERS: Readonly<Record<string, Offer>> = {
  file: { kind: "files" },
  "dir|file": { kind: "files" },
  dir: { kind: "files" },
  case: { kind: "files" },
  good: { kind: "files" },
  inputs: { kind: "files" },
  "if|addr": { kind: "interfaces" },
  "if[@netns": { kind: "interfaces" },
  ns: { kind: "namespaces" },
  format: { kind: "words", list: FORMATS },
  code: { kind: "words", list: "codes" },
  scenario: { kind: "words", list: "scenarios" },
  scenarios: { kind: "words", list: "scenarios" },
};

// A name that means something else with this command.
const OFFERS_OF_COMMAND: Readonly<Record<string, Offer>> = {
  "watch format": { kind: "words", list: ["text", "jsonl"] },
  "run command": { kind: "command" },
  "lab from ping": { kind: "command" },
};

/** What is offered for the value of an option, null where it takes none. */
export function offerOfOption(command: CommandShape, option: OptionShape): Offer | null {
  if (option.value === null) return null;
  if (option.choices.length > 0) return { kind: "words", list: option.choices };
  return offerOf(command, option.value);
}

/** What is offered where a command takes arguments. */
export function offerOfArguments(command: CommandShape): Offer {
  const [first] = command.arguments;
  return first === undefined ? NOTHING : offerOfArgument(command, first);
}

function offerOfArgument(command: CommandShape, argument: ArgumentShape): Offer {
  if (argument.choices.length > 0) return { kind: "words", list: argument.choices };
  return offerOf(command, argument.name);
}

function offerOf(command: CommandShape, name: string): Offer {
  return ownValue(OFFERS_OF_COMMAND, `${command.path} ${name}`) ?? ownValue(OFFERS, name) ?? NOTHING;
}
