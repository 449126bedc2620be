// pktwhy demo: the two experiments that started it all, from captures that come with the package.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { ProblemError } from "../model/problem.ts";
import { type Language, text } from "../model/text.ts";
import type { Say } from "./language.ts";
import { packageRoot } from "./package-root.ts";
import { wordsOf } from "./report-options.ts";
import { tell } from "./terminal.ts";

// One address is missing, then both are there: why ARP gets no answer, and why its reply never crosses the pair.
const STORIES = ["veth-one-address", "veth-both-addresses"] as const;

/** Adds the command. */
export function addDemo(program: Command, say: Say, language: Language): void {
  const command = program
    .command("demo")
    .description(say(text("explain two experiments with a veth pair", "解释 veth 对的两个实验")))
    .option("-v, --verbose", say(text("tell everything", "显示全部内容")))
    .action(async () => {
      const { color, verbose = false } = command.optsWithGlobals<{ color: boolean; verbose?: boolean }>();
      await demonstrate(language, color, verbose);
    });
}

async function demonstrate(language: Language, color: boolean, verbose: boolean): Promise<void> {
  const { reportOf } = await import("./read-report.ts");
  const introduction = text(
    "This demo explains captures that come with pktwhy, recorded from a real kernel; nothing runs on this machine.",
    "本演示解释的是随 pktwhy 附带的抓包，录自真实内核；不会在本机上运行任何东西。",
  );
  process.stdout.write(`${introduction[language]}\n`);
  process.exitCode = 0;
  for (const [index, story] of STORIES.entries()) {
    const directory = join(packageRoot(), "fixtures", story);
    if (!existsSync(directory)) throw new ProblemError(notInstalled(directory));
    const heading = text(`Experiment ${index + 1}`, `实验 ${index + 1}`);
    process.stdout.write(`\n=== ${heading[language]}: pktwhy explain fixtures/${story} ===\n\n`);
    const { report, problems } = await reportOf([directory]);
    tell(problems, language);
    if (report === null) throw new ProblemError(notInstalled(directory));
    process.stdout.write(await wordsOf(report, "text", language, { color, verbose }));
  }
}

function notInstalled(directory: string) {
  return {
    kind: "no-fixtures",
    severity: "error" as const,
    place: directory,
    text: text(
      `The recorded captures are missing: ${directory}. Install pktwhy again.`,
      `缺少附带的抓包：${directory}。请重新安装 pktwhy。`,
    ),
  };
}
