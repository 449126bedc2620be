// Wrong command lines, told in one sentence with a hint; they end with status 2.

import { existsSync } from "node:fs";
import type { CommanderError } from "commander";
import { usageError } from "../case/usage-error.ts";
import { guessOf } from "../model/nearest.ts";
import type { ProblemError } from "../model/problem.ts";
import { printable, type Text, text } from "../model/text.ts";

/** What an option's parser says of a value that is no count. */
export const WHOLE_NUMBER = "not a whole number above 0";

/** What commander found wrong, in our words and both languages. */
export function fromCommander(error: CommanderError, command: string | null): ProblemError {
  const message = error.message.replace(/^error: /, "");
  const quoted = printable(/'([^']*)'/.exec(message)?.[1] ?? "");
  const meant = /\(Did you mean (?:one of )?([^?]*)\?\)/.exec(message)?.[1] ?? null;
  const guess = meant === null ? text("", "") : text(` Did you mean ${meant}?`, `是不是 ${meant}？`);
  const help = `pktwhy ${command === null ? "" : `${command} `}--help`;
  const see = text(` See ${help}`, `用法见 ${help}`);
  const fault = faultOf(error.code, quoted, message);
  return usageError(quoted, text(`${fault.en}${guess.en}${see.en}`, `${fault.zh}${guess.zh}${see.zh}`));
}

function faultOf(code: string, quoted: string, message: string): Text {
  switch (code) {
    case "commander.unknownOption":
      return text(`There is no option ${quoted}.`, `没有 ${quoted} 这个选项。`);
    case "commander.unknownCommand":
      return existsSync(quoted)
        ? text(
            `There is no command ${quoted}; to explain that capture: pktwhy explain ${quoted}.`,
            `没有 ${quoted} 这个命令；要解释这个抓包，请用 pktwhy explain ${quoted}。`,
          )
        : text(`There is no command ${quoted}.`, `没有 ${quoted} 这个命令。`);
    case "commander.missingArgument":
      return text(`The argument <${quoted}> is missing.`, `缺少参数 <${quoted}>。`);
    case "commander.optionMissingArgument":
      return text(`The option ${quoted} needs a value.`, `选项 ${quoted} 需要一个值。`);
    case "commander.excessArguments":
      return text("There are too many arguments.", "参数过多。");
    default: {
      // Rejected values: commander quotes the option first, then the value, then the allowed ones; of an argument the value first.
      const named = [...message.matchAll(/'([^']*)'/g)].map((match) => printable(match[1] ?? ""));
      const isArgument = message.startsWith("command-argument");
      const [option = "", value = ""] = isArgument ? [`<${named[1]}>`, named[0]] : named;
      const allowed = /Allowed choices are ([^.]*)\./.exec(message)?.[1];
      // Of two letters both may be wrong, and then every other word is as near.
      const guess = guessOf(value, value.length > 2 ? (allowed?.split(", ") ?? []) : []);
      const choices =
        allowed !== undefined
          ? text(` It takes ${allowed}.`, `可用的值：${allowed}。`)
          : message.includes(WHOLE_NUMBER)
            ? text(" It takes a whole number above 0.", "需要大于 0 的整数。")
            : text("", "");
      return text(
        `${value} is no value for ${option}.${guess.en}${choices.en}`,
        `${isArgument ? "参数" : "选项"} ${option} 不接受 ${value}。${guess.zh}${choices.zh}`,
      );
    }
  }
}
