// The tree of commands as plain data, from which man page and completions are written.

import type { Command, Option } from "commander";
import { type Example, examplesOf, pathOf } from "./examples.ts";

/** An option as it is typed. */
export interface OptionShape {
  /** `-f, --format <format>`, as help shows it. */
  readonly flags: string;
  /** `-f` and `--format`, what there is of them. */
  readonly names: readonly string[];
  /** Name of its value, e.g. `format`; null for a switch. */
  readonly value: string | null;
  /** The values it takes, where they are few. */
  readonly choices: readonly string[];
  readonly isRepeatable: boolean;
  readonly description: string;
}

/** An argument of a command. */
export interface ArgumentShape {
  readonly name: string;
  readonly isVariadic: boolean;
  /** The values it takes, where they are few. */
  readonly choices: readonly string[];
  readonly description: string;
}

/** A command that people type. */
export interface CommandShape {
  /** Words behind `pktwhy`, empty for the program itself. */
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly usage: string;
  readonly options: readonly OptionShape[];
  readonly arguments: readonly ArgumentShape[];
  readonly examples: readonly Example[];
  readonly commands: readonly CommandShape[];
}

/** Whether people are meant to type it; others pktwhy itself starts. */
export function isShown(command: Command): boolean {
  return command.parent === null || command.parent.createHelp().visibleCommands(command.parent).includes(command);
}

/** A command with all below it, in the language that its tree was made in. */
export function shapeOf(command: Command): CommandShape {
  return {
    path: pathOf(command),
    name: command.name(),
    summary: command.summary() || command.description(),
    description: command.description(),
    usage: command.usage(),
    options: command.createHelp().visibleOptions(command).map(optionShape),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      isVariadic: argument.variadic,
      choices: argument.argChoices ?? [],
      description: argument.description,
    })),
    examples: examplesOf(command),
    commands: command.commands.filter(isShown).map(shapeOf),
  };
}

function optionShape(option: Option): OptionShape {
  const value = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1] ?? null;
  return {
    flags: option.flags,
    names: [option.short, option.long].filter((name) => name !== undefined),
    value: value === null ? null : value.replace(/\.\.\.$/, ""),
    choices: option.argChoices ?? [],
    isRepeatable: option.variadic || option.flags.includes("netns]>"),
    description: option.description,
  };
}
