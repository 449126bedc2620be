// The command line: runs the command that was typed, and says in a sentence what is wrong with it.

import { CommanderError } from "commander";
import { UNUSABLE } from "../case/exit-status.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import { text } from "../model/text.ts";
import { languageOf } from "./language.ts";
import { programIn } from "./program.ts";
import { mindOutputs, tell } from "./terminal.ts";
import { fromCommander } from "./usage.ts";

async function main(argv: readonly string[]): Promise<void> {
  const language = languageOf(argv, process.env);
  mindOutputs(language);
  // Node opens its debugger at this signal: a root that anybody may run code in.
  if (process.getuid?.() === 0) process.on("SIGUSR1", () => {});
  const program = programIn(language);
  // tcpdump's habit: -r FILE alone is a request to read it.
  const words = argv[0]?.startsWith("-r") || argv[0] === "--read" ? ["explain", ...argv] : argv;
  try {
    if (words.length === 0) {
      program.outputHelp({ error: true });
      process.exitCode = UNUSABLE;
      return;
    }
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    const problem = problemOf(error, words.find((word) => program.commands.some((c) => c.name() === word)) ?? null);
    if (problem === null) return;
    tell([problem], language);
    if (problem.kind === "bug" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exitCode = UNUSABLE;
  }
}

const BUG: Problem = {
  kind: "bug",
  severity: "error",
  place: "pktwhy",
  text: text(
    "This is a bug in pktwhy; please report it with the lines below and the input that shows it.",
    "这是 pktwhy 的缺陷；请连同下面的内容和触发它的输入一起报告。",
  ),
};

// Null where commander has only shown help or the version.
function problemOf(error: unknown, command: string | null): Problem | null {
  if (error instanceof ProblemError) return error.problem;
  if (!(error instanceof CommanderError)) return BUG;
  return error.exitCode === 0 ? null : fromCommander(error, command).problem;
}

void main(process.argv.slice(2));
