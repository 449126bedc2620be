// pktwhy explain: reads captures and tells what happened to each ping in them.

import type { Command } from "commander";
import { type Language, printable, text } from "../model/text.ts";
import { statusOf, UNUSABLE } from "./exit-status.ts";
import { keepHeapSmall } from "./heap.ts";
import type { Say } from "./language.ts";
import {
  addReportOptions,
  checkExpected,
  formatOf,
  type ReportOptions,
  shareable,
  wholeNumber,
  wordsOf,
} from "./report-options.ts";
import { deliver, refuseOverwriting, tell } from "./terminal.ts";
import { usageError } from "./usage.ts";

interface ExplainOptions extends ReportOptions {
  readonly read?: readonly string[];
  readonly state?: string;
  readonly count?: number;
}

/** Adds the command. */
export function addExplain(program: Command, say: Say, language: Language): void {
  const command = program
    .command("explain")
    .summary(say(text("read captures and explain them", "读取抓包并解释")))
    .description(
      say(
        text(
          "Reads captures (pcap, pcapng, gzip of either), a directory of them, or - for standard input, and explains what happened to each ping.\nIF=FILE or IF@NETNS=FILE says where a capture was taken. Needs neither root nor Linux.",
          "读取抓包（pcap、pcapng 及其 gzip 压缩）、存放抓包的目录，或用 - 表示标准输入，解释其中每个 ping 的来龙去脉。\nIF=文件 或 IF@NETNS=文件 可指明抓包的位置。不需要 root，也不需要 Linux。",
        ),
      ),
    )
    .argument("[inputs...]", say(text("files, directories, or -", "文件、目录或 -")))
    .option("-r, --read <file...>", say(text("the same, as tcpdump spells it", "同上，沿用 tcpdump 的写法")))
    .option(
      "--state <file>",
      say(text("state of the system, from pktwhy snapshot", "系统状态文件，由 pktwhy snapshot 生成")),
    )
    .option(
      "-c, --count <n>",
      say(text("stop after n ARP and ICMP packets", "读到 n 个 ARP 和 ICMP 报文后停止")),
      wholeNumber,
    );
  addReportOptions(command, say).action(async (inputs: string[]) => {
    await explainInputs(inputs, command.optsWithGlobals<ExplainOptions>(), language);
  });
}

// Lines of a paste that nobody understood: more than these are somebody's log.
const MOST_UNKNOWN = 100;

async function explainInputs(inputs: readonly string[], options: ExplainOptions, language: Language): Promise<void> {
  const args = [...(options.read ?? []), ...inputs];
  if (args.length === 0) {
    throw usageError(
      "explain",
      text(
        "There is nothing to read. Name captures, a directory that holds them, or - for standard input.",
        "没有要读取的内容。请给出抓包文件、存放抓包的目录，或用 - 表示标准输入。",
      ),
    );
  }
  const format = formatOf(options);
  await checkExpected(options.expect);
  await keepHeapSmall(args);
  const { reportOf } = await import("./read-report.ts");
  const read = await reportOf(args, options);
  const { files, unusedState } = read;
  refuseOverwriting(options.output, files);
  const { report, problems, words } = await shareable(options, read.report, read.problems);
  // On one terminal the report itself tells its problems; elsewhere they must not get lost.
  const onePlace = process.stdout.isTTY && process.stderr.isTTY && options.output === undefined;
  if (report === null || format !== "text" || options.quiet === true || !onePlace) tell(problems, language);
  if (report === null) {
    process.exitCode = UNUSABLE;
    return;
  }
  process.exitCode = statusOf(report, options.expect);
  await deliver(await wordsOf(report, format, language, options), options.output);
  if (options.verbose === true && format === "text") {
    for (const line of (read.unknown ?? []).slice(0, MOST_UNKNOWN)) {
      process.stderr.write(`pktwhy: ${line.number}: ${words(printable(line.text))}\n`);
    }
  }
  if (unusedState !== null && format === "text" && options.quiet !== true) {
    const name = words(printable(unusedState));
    const hint = text(
      `${name} lies beside these captures and was not used: add --state ${name} to let it decide.`,
      `${name} 与这些抓包在同一目录，但没有用到：加上 --state ${name} 可据此判断。`,
    );
    process.stderr.write(`pktwhy: ${hint[language]}\n`);
  }
}
