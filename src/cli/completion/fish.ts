// Completion in fish: one line for each command, option and value, with what it is for.

import type { CommandShape, OptionShape } from "../shape.ts";
import { type Offer, offerOfArguments, offerOfOption, WORD_LISTS } from "./values.ts";

/** The script. */
export function fishScript(program: CommandShape): string {
  const tops = program.commands.map(({ name }) => name);
  const inner = program.commands.filter(({ commands }) => commands.length > 0);
  const cases = inner.map(
    ({ name, commands }) => `                case ${commands.map((one) => quoted(`${name}/${one.name}`)).join(" ")}
                    set command "${name} $word"`,
  );
  return `# Completion of pktwhy in fish. Generated from its commands: pktwhy completion fish

# The command among the words that were typed; what stands behind -- is a command of its own.
function __pktwhy_command
    set -l command
    for word in (commandline -opc)[2..-1]
        if test "$word" = --
            echo --
            return
        end
        if test -z "$command"
            contains -- $word ${tops.join(" ")}; and set command $word
        else
            switch "$command/$word"
${cases.join("\n")}
            end
        end
    end
    echo $command
end

function __pktwhy_at
    test "$(__pktwhy_command)" = "$argv[1]"
end

${lists()}

complete -c pktwhy -f
complete -c pktwhy -n "__pktwhy_at --" -a "(__fish_complete_subcommand --commandline (string replace -r '^.* -- ' '' -- (commandline -cp)))"
${program.options.map((option) => optionLine(program, option, "not __pktwhy_at --")).join("\n")}
${[program, ...program.commands, ...inner.flatMap(({ commands }) => commands)]
  .flatMap((command) => linesOf(command, command === program))
  .join("\n")}
`;
}

function linesOf(command: CommandShape, isProgram: boolean): string[] {
  const here = `__pktwhy_at ${quoted(command.path)}`;
  const words = command.commands.map(
    ({ name, summary }) => `complete -c pktwhy -n ${single(here)} -a ${name} -d ${single(summary)}`,
  );
  const options = isProgram ? [] : command.options.map((option) => optionLine(command, option, here));
  const offer = command.commands.length > 0 ? "" : takes(offerOfArguments(command));
  return [...words, ...options, ...(offer === "" ? [] : [`complete -c pktwhy -n ${single(here)}${offer}`])];
}

function optionLine(command: CommandShape, option: OptionShape, here: string): string {
  const names = option.names.map((name) => (name.startsWith("--") ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`));
  const offer = offerOfOption(command, option);
  const value = offer === null ? "" : ` -x${takes(offer)}`;
  return `complete -c pktwhy -n ${single(here)}${names.join("")}${value} -d ${single(option.description)}`;
}

function takes(offer: Offer): string {
  switch (offer.kind) {
    case "words":
      return ` -a ${typeof offer.list === "string" ? `"$__pktwhy_${offer.list}"` : single(offer.list.join(" "))}`;
    case "files":
      return " -a '(__fish_complete_path (commandline -ct))'";
    case "interfaces":
      return " -a '(command ls /sys/class/net 2>/dev/null)'";
    case "namespaces":
      return " -a '(command ls /run/netns 2>/dev/null)'";
    case "command":
      return " -a '--'";
    case "nothing":
      return "";
  }
}

function lists(): string {
  return Object.entries(WORD_LISTS)
    .map(([name, words]) => `set -g __pktwhy_${name} \\\n    ${words.join(" \\\n    ")}`)
    .join("\n");
}

function quoted(words: string): string {
  return `"${words}"`;
}

function single(words: string): string {
  return `'${words.replace(/\s+/g, " ").replace(/[\\']/g, "\\$&")}'`;
}
