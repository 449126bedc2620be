// Completion in bash: one function that finds the command among the words, then offers what belongs there.

import type { CommandShape } from "../shape.ts";
import { type Offer, offerOfArguments, offerOfOption, WORD_LISTS } from "./values.ts";

const OPENING = `# Completion of pktwhy in bash. Generated from its commands: pktwhy completion bash

_pktwhy() {
    local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command= at
    # bash takes --option=value apart at its equals sign.
    if [[ $cur == "=" ]]; then
        cur=
    elif [[ $prev == "=" ]]; then
        prev=\${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    for ((at = 1; at < COMP_CWORD; at++)); do
        if [[ \${COMP_WORDS[at]} == -- ]]; then
            _pktwhy_command $((at + 1))
            return
        fi
        case "$command/\${COMP_WORDS[at]}" in`;

const HELPERS = `
_pktwhy_reply() {
    mapfile -t COMPREPLY < <(compgen "$@" -- "$cur")
}

# What stands behind -- is a command of its own.
_pktwhy_command() {
    if declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    elif ((COMP_CWORD == $1)); then
        _pktwhy_reply -c
    else
        compopt -o filenames 2>/dev/null
        _pktwhy_reply -f
    fi
}

complete -F _pktwhy pktwhy
`;

/** The script. */
export function bashScript(program: CommandShape): string {
  const all = flat(program);
  const steps = all.flatMap(({ commands }) => commands).map((command) => step(command));
  const values = all.flatMap((command) =>
    [...command.options, ...(command === program ? [] : program.options)].flatMap((option) => {
      const offer = offerOfOption(command, option);
      if (offer === null) return [];
      const pattern = option.names.map((name) => quoted(`${command.path} ${name}`)).join("|");
      return [`        ${pattern}) ${replyOf(offer)}; return ;;`];
    }),
  );
  const places = all.map((command) => {
    const options = [...command.options, ...(command === program ? [] : program.options)].flatMap(({ names }) => names);
    const words = command.commands.map(({ name }) => name);
    const offer: Offer = words.length > 0 ? { kind: "words", list: words } : offerOfArguments(command);
    return `        ${quoted(command.path)})
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W ${quoted(options.join(" "))}
            else
                ${replyOf(offer)}
            fi
            ;;`;
  });
  return `${lists()}
${OPENING}
${steps.join("\n")}
        esac
    done
    case "$command $prev" in
${values.join("\n")}
    esac
    case "$command" in
${places.join("\n")}
    esac
}
${HELPERS}`;
}

function step({ path, name }: CommandShape): string {
  const above = path === name ? "" : path.slice(0, -name.length - 1);
  return `            ${quoted(`${above}/${name}`)}) command=${quoted(path)} ;;`;
}

function flat(command: CommandShape): CommandShape[] {
  return [command, ...command.commands.flatMap(flat)];
}

function replyOf(offer: Offer): string {
  switch (offer.kind) {
    case "words":
      return typeof offer.list === "string"
        ? `_pktwhy_reply -W "$_pktwhy_${offer.list}"`
        : `_pktwhy_reply -W ${quoted(offer.list.join(" "))}`;
    case "files":
      return "compopt -o filenames 2>/dev/null; _pktwhy_reply -f";
    case "interfaces":
      return '_pktwhy_reply -W "$(ls /sys/class/net 2>/dev/null)"';
    case "namespaces":
      return '_pktwhy_reply -W "$(ls /run/netns 2>/dev/null)"';
    case "command":
      return '_pktwhy_reply -W "--"';
    case "nothing":
      return ":";
  }
}

function lists(): string {
  return Object.entries(WORD_LISTS)
    .map(([name, words]) => `_pktwhy_${name}="\n${words.join("\n")}\n"`)
    .join("\n");
}

function quoted(words: string): string {
  return `"${words}"`;
}
