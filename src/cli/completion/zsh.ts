// Completion in zsh: a function for each command, whose options and arguments _arguments completes.

import type { CommandShape, OptionShape } from "../shape.ts";
import { type Offer, offerOfArguments, offerOfOption, WORD_LISTS } from "./values.ts";

/** The script; as a file it is named _pktwhy. */
export function zshScript(program: CommandShape): string {
  return `#compdef pktwhy
# Completion of pktwhy in zsh. Generated from its commands: pktwhy completion zsh

${lists()}

${functions(program, program).join("\n\n")}

if [ "$funcstack[1]" = "_pktwhy" ]; then
  _pktwhy "$@"
else
  compdef _pktwhy pktwhy
fi
`;
}

function functions(command: CommandShape, program: CommandShape): string[] {
  const own = command.options.flatMap((option) => optionSpecs(command, option));
  const shared = command === program ? [] : program.options.flatMap((option) => optionSpecs(command, option));
  const specs = [...own, ...shared].map((spec) => `    ${single(spec)} \\`);
  if (command.commands.length === 0) {
    const body = `  _arguments -s \\\n${specs.join("\n")}\n    ${argumentSpec(offerOfArguments(command))}`;
    return [`${nameOf(command)}() {\n${body}\n}`];
  }
  const words = command.commands.map(({ name, summary }) => `        ${single(`${name}:${summary}`)}`);
  const turns = command.commands.map((one) => `        ${one.name}) ${nameOf(one)} ;;`);
  const body = `  local state line
  typeset -A opt_args
  _arguments -C \\
${specs.join("\n")}
    '1: :->command' \\
    '*:: :->rest'
  case $state in
    command)
      local -a known=(
${words.join("\n")}
      )
      _describe command known
      ;;
    rest)
      case $words[1] in
${turns.join("\n")}
      esac
      ;;
  esac`;
  return [...command.commands.flatMap((one) => functions(one, program)), `${nameOf(command)}() {\n${body}\n}`];
}

function nameOf({ path }: CommandShape): string {
  return path === "" ? "_pktwhy" : `_pktwhy_${path.replaceAll(" ", "_")}`;
}

function optionSpecs(command: CommandShape, option: OptionShape): string[] {
  const exclusive = option.isRepeatable ? "*" : `(${option.names.join(" ")})`;
  const offer = offerOfOption(command, option);
  const value = offer === null ? "" : `:${plain(option.value ?? "")}:${actionOf(offer)}`;
  const words = option.description.replace(/\s+/g, " ").replace(/[\\[\]:]/g, "\\$&");
  return option.names.map((name) => `${exclusive}${name}[${words}]${value}`);
}

function argumentSpec(offer: Offer): string {
  return offer.kind === "command" ? "'*::command:_normal'" : single(`*: :${actionOf(offer)}`);
}

function actionOf(offer: Offer): string {
  switch (offer.kind) {
    case "words":
      return typeof offer.list === "string" ? `($_pktwhy_${offer.list})` : `(${offer.list.join(" ")})`;
    case "files":
      return "_files";
    case "interfaces":
      return "_net_interfaces";
    case "namespaces":
      return "_files -W /run/netns";
    case "command":
      return "_command_names -e";
    case "nothing":
      return " ";
  }
}

function lists(): string {
  return Object.entries(WORD_LISTS)
    .map(([name, words]) => `typeset -ga _pktwhy_${name}=(\n${words.map((word) => `  ${word}`).join("\n")}\n)`)
    .join("\n");
}

function plain(words: string): string {
  return words.replace(/[[\]:|@]+/g, " ").trim();
}

function single(words: string): string {
  return `'${words.replaceAll("'", "'\\''")}'`;
}
