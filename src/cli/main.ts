// The command line: one file a command, each loaded in full only when it runs.

import { Command, CommanderError, Option } from "commander";
import { type Problem, ProblemError } from "../model/problem.ts";
import { text } from "../model/text.ts";
import { addCauses } from "./causes.ts";
import { addDemo } from "./demo.ts";
import { addDoctor } from "./doctor.ts";
import { UNUSABLE } from "./exit-status.ts";
import { addExplain } from "./explain.ts";
import { addLab } from "./lab.ts";
import { languageOf } from "./language.ts";
import { packageVersion } from "./package-root.ts";
import { addPredict } from "./predict.ts";
import { addRun } from "./run.ts";
import { addSnapshot } from "./snapshot.ts";
import { quietOnBrokenPipe, tell } from "./terminal.ts";
import { fromCommander } from "./usage.ts";
import { addWatch } from "./watch.ts";

const COMMANDS = [
  addExplain,
  addPredict,
  addRun,
  addWatch,
  addSnapshot,
  addCauses,
  addLab,
  addDoctor,
  addDemo,
] as const;

const CHINESE_TITLES: Record<string, string> = {
  "Usage:": "用法：",
  "Arguments:": "参数：",
  "Options:": "选项：",
  "Global Options:": "全局选项：",
  "Commands:": "命令：",
};

async function main(argv: readonly string[]): Promise<void> {
  quietOnBrokenPipe();
  const language = languageOf(argv, process.env);
  const say = (words: { en: string; zh: string }): string => words[language];
  const program = new Command("pktwhy")
    .description(
      say(text("Explains, step by step, why a ping got no answer.", "一步一步解释 ping 为什么没有得到应答。")),
    )
    .addOption(
      new Option("--lang <lang>", say(text("language (or PKTWHY_LANG)", "语言（或 PKTWHY_LANG）"))).choices([
        "en",
        "zh",
      ]),
    )
    .version(packageVersion(), "-V, --version", say(text("print the version", "显示版本")))
    .option("--no-color", say(text("no colours (or NO_COLOR)", "不使用颜色（或 NO_COLOR）")))
    .helpOption("-h, --help", say(text("print this help", "显示帮助")))
    .helpCommand(false)
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => (language === "zh" ? (CHINESE_TITLES[title] ?? title) : title),
    })
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  for (const add of COMMANDS) add(program, say, language);
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
