// pktwhy explain: reads captures and tells what happened to each ping in them.

import type { Command } from "commander";
import { statusOf, UNUSABLE } from "../case/exit-status.ts";
import { packageVersion } from "../case/package-root.ts";
import type { ReadResult } from "../case/read-report.ts";
import { formatOf, noPackets, type ReportOptions, shareable } from "../case/report-writer.ts";
import { usageError } from "../case/usage-error.ts";
import { rowSource } from "../live/row-source.ts";
import { ProblemError } from "../model/problem.ts";
import type { Report } from "../model/report.ts";
import { type Language, printable, text } from "../model/text.ts";
import { keepHeapSmall } from "./heap.ts";
import type { Say } from "./language.ts";
import { addReportOptions, addWhyOption, checkExpected, OTLP, wholeNumber, wordsOf } from "./report-options.ts";
import { deliver, deliverBytes, refuseOnTerminal, refuseOverwriting, tell } from "./terminal.ts";

interface ExplainOptions extends ReportOptions {
  readonly read?: readonly string[];
  readonly state?: string;
  readonly count?: number;
  readonly otlp?: string;
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
    )
    .option("--otlp <url>", say(OTLP));
  addWhyOption(addReportOptions(command, say), say).action(async (inputs: string[]) => {
    await explainInputs(inputs, command.optsWithGlobals<ExplainOptions>(), language);
  });
}

// Lines of a paste that nobody understood: more than these are somebody's log.
const MOST_UNKNOWN = 100;

async function deliverPackets(
  { report, packets }: ReadResult,
  options: ExplainOptions,
  language: Language,
): Promise<void> {
  if (report === null || packets === undefined) throw noPackets();
  const { packetsFile } = await import("../case/packets-file.ts");
  const application = `pktwhy ${packageVersion()}`;
  const redact = options.redact === true;
  await deliverBytes(packetsFile(report, packets, { language, application, redact }), options.output);
}

async function deliverTables(report: Report, source: string, { output, redact }: ReportOptions): Promise<void> {
  const { TableFiles, tablesPlace } = await import("../case/table-files.ts");
  const files = await TableFiles.open(tablesPlace(output));
  const problem = await files.write(report, rowSource(source), redact === true);
  await files.close();
  if (problem !== null) throw new ProblemError(problem);
}

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
  refuseOnTerminal(format, options.output);
  if (format === "parquet") (await import("../case/table-files.ts")).tablesPlace(options.output);
  await checkExpected(options.expect);
  const collector = options.otlp === undefined ? null : (await import("./otlp.ts")).collectorOf(options.otlp);
  await keepHeapSmall(args);
  const { reportOf } = await import("../case/read-report.ts");
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
  if (format === "pcapng") return deliverPackets(read, options, language);
  if (format === "parquet") await deliverTables(read.report ?? report, args.join(" "), options);
  else await deliver(await wordsOf(report, format, language, options), options.output);
  if (collector !== null) {
    const { findingRows } = await import("../render/export/rows.ts");
    const { sendFindings } = await import("./otlp.ts");
    const fault = await sendFindings(findingRows(report, rowSource(words(args.join(" ")))), collector);
    tell(fault === null ? [] : [fault], language);
  }
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
