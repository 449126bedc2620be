// The tree of commands: what the command line runs, and what help, man page and completions are made from.

import { Command, Option } from "commander";
import { packageVersion } from "../case/package-root.ts";
import { ownValue } from "../model/own-value.ts";
import { type Language, text } from "../model/text.ts";
import { addAudit } from "./audit.ts";
import { addCauses } from "./causes.ts";
import { addCollect } from "./collect.ts";
import { addCompletion } from "./completion.ts";
import { addDemo } from "./demo.ts";
import { addDiff } from "./diff.ts";
import { addDoctor } from "./doctor.ts";
import { addExamples } from "./examples.ts";
import { addExplain } from "./explain.ts";
import { addHelp } from "./help.ts";
import { addLab } from "./lab.ts";
import { addMcp } from "./mcp.ts";
import { addPredict } from "./predict.ts";
import { addRun } from "./run.ts";
import { addSnapshot } from "./snapshot.ts";
import { colourAsked } from "./terminal.ts";
import { addWatch } from "./watch.ts";

const COMMANDS = [
  addExplain,
  addPredict,
  addDiff,
  addAudit,
  addRun,
  addWatch,
  addCollect,
  addSnapshot,
  addCauses,
  addLab,
  addDoctor,
  addDemo,
  addMcp,
  addCompletion,
  addHelp,
] as const;

const CHINESE_TITLES: Record<string, string> = {
  "Usage:": "用法：",
  "Arguments:": "参数：",
  "Options:": "选项：",
  "Global Options:": "全局选项：",
  "Commands:": "命令：",
};

/** All commands with their options, in one language; they throw instead of ending the process. */
export function programIn(language: Language): Command {
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
    .addOption(
      new Option("--color <when>", say(text("colours: always, auto or never", "颜色：always、auto 或 never")))
        .argParser(colourAsked)
        .default(true, "auto"),
    )
    .option("--no-color", say(text("no colours (or NO_COLOR)", "不使用颜色（或 NO_COLOR）")))
    .helpOption("-h, --help", say(text("print this help", "显示帮助")))
    .helpCommand(false)
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => (language === "zh" ? (ownValue(CHINESE_TITLES, title) ?? title) : title),
    })
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  for (const add of COMMANDS) add(program, say, language);
  addExamples(program, say);
  return program;
}
