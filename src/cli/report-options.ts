// The options that every command with a report shares.

import { type Command, InvalidArgumentError, Option } from "commander";
import { FORMATS, type ReportOptions, type WordsFormat, writerOf } from "../case/report-writer.ts";
import { usageError } from "../case/usage-error.ts";
import { nearest } from "../model/nearest.ts";
import type { Report } from "../model/report.ts";
import { type Language, text } from "../model/text.ts";
import type { Say } from "./language.ts";
import { looksOf } from "./terminal.ts";
import { WHOLE_NUMBER } from "./usage.ts";

/** Adds the shared options to a command. */
export function addReportOptions(command: Command, say: Say): Command {
  return command
    .option("--json", say(text("print JSON, the same as -f json", "输出 JSON，等同于 -f json")))
    .option(
      "-f, --format <format>",
      say(text(`form of the report: ${FORMATS.join(", ")}`, `报告格式：${FORMATS.join("、")}`)),
    )
    .option("-o, --output <file>", say(text("write the report to a file", "把报告写入文件")))
    .option(
      "--expect <code>",
      say(text("exit 0 if this cause is the answer, else 3", "答案是该原因则退出状态为 0，否则为 3")),
    )
    .option("-v, --verbose", say(text("tell everything: all flows, all evidence", "显示全部内容：所有流、所有依据")))
    .option(
      "--redact",
      say(
        text("replace MAC and IP addresses in the report, each always alike", "替换报告中的 MAC 和 IP 地址，前后一致"),
      ),
    )
    .option("-q, --quiet", say(text("only the lines of the answer", "只显示结论")))
    .addOption(
      new Option("-n", say(text("accepted; names are never resolved", "可以给出；本来就不做名字解析"))).hideHelp(),
    );
}

/** What --otlp is for. */
export const OTLP = text(
  "send the findings to a collector, as OTLP logs over HTTP",
  "把发现的结果作为 OTLP 日志经 HTTP 发给采集器",
);

/** Adds the option that tells how the answer was found. */
export function addWhyOption(command: Command, say: Say): Command {
  return command.option(
    "--why",
    say(text("tell what was tried: walks, what fitted, what did not", "显示尝试过的推演：哪些相符，哪些不符")),
  );
}

/** Parses a count of packets. */
export function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value)) throw new InvalidArgumentError(WHOLE_NUMBER);
  return Number(value);
}

/** Throws a usage error where --expect names a code that no cause has. */
export async function checkExpected(code: string | undefined): Promise<void> {
  if (code === undefined) return;
  const { codes } = await import("../model/code.ts");
  const meant = nearest(code, codes);
  if (meant === code) return;
  throw usageError(
    code,
    text(
      `No cause has the code ${code}.${meant === null ? "" : ` Did you mean ${meant}?`} pktwhy causes lists them.`,
      `没有代码为 ${code} 的原因。${meant === null ? "" : `是不是 ${meant}？`}pktwhy causes 会列出全部代码。`,
    ),
  );
}

/** The report in the format and language asked for. */
export async function wordsOf(
  report: Report,
  format: WordsFormat,
  language: Language,
  options: ReportOptions & { readonly predicted?: boolean },
): Promise<string> {
  return (await writerOf(format, looksOf))(report, language, options);
}
