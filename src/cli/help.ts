// pktwhy help: the same as --help behind a command.

import type { Command } from "commander";
import { usageError } from "../case/usage-error.ts";
import { guessOf } from "../model/nearest.ts";
import { printable, text } from "../model/text.ts";
import type { Say } from "./language.ts";
import { isShown } from "./shape.ts";

/** Adds the command. */
export function addHelp(program: Command, say: Say): void {
  program
    .command("help")
    .description(say(text("print the help of a command", "显示某个命令的帮助")))
    .argument("[command...]", say(text("a command, e.g. run or lab run", "命令，例如 run 或 lab run")))
    .action((words: readonly string[]) => {
      commandAt(program, words).outputHelp();
    });
}

function commandAt(program: Command, words: readonly string[]): Command {
  let at = program;
  for (const word of words) {
    const shown = at.commands.filter(isShown);
    const next = shown.find((command) => command.name() === word);
    if (next === undefined)
      throw noSuchCommand(
        word,
        shown.map((command) => command.name()),
      );
    at = next;
  }
  return at;
}

function noSuchCommand(word: string, known: readonly string[]) {
  const name = printable(word);
  const guess = guessOf(word, known);
  return usageError(
    word,
    known.length === 0
      ? text("There are too many arguments. See pktwhy help", "参数过多。用法见 pktwhy help")
      : text(
          `There is no command ${name}.${guess.en} There are: ${known.join(", ")}.`,
          `没有 ${name} 这个命令。${guess.zh}可用的有：${known.join("、")}。`,
        ),
  );
}
