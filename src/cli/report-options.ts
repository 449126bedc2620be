// The options that every command with a report shares, and how they turn a report into words.

import { type Command, InvalidArgumentError, Option } from "commander";
import type { Problem, ProblemError } from "../model/problem.ts";
import type { Redacted } from "../model/redact.ts";
import type { Report } from "../model/report.ts";
import { type Language, printable, text } from "../model/text.ts";
import type { Say } from "./language.ts";
import { packageVersion } from "./package-root.ts";
import { nearest } from "./suggest.ts";
import { textOptions } from "./terminal.ts";
import { usageError, WHOLE_NUMBER } from "./usage.ts";

const FORMATS = ["text", "json", "jsonl", "md", "html", "mermaid"] as const;
type Format = (typeof FORMATS)[number];

/** What the shared options were set to. */
export interface ReportOptions {
  readonly json?: boolean;
  readonly format?: string;
  readonly output?: string;
  readonly expect?: string;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly redact?: boolean;
  readonly color: boolean;
}

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

/** Parses a count of packets. */
export function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value)) throw new InvalidArgumentError(WHOLE_NUMBER);
  return Number(value);
}

/** The format asked for; throws a usage error for one that does not exist. */
export function formatOf(options: ReportOptions): Format {
  const asked = options.format;
  if (asked === undefined) return options.json === true ? "json" : "text";
  const format = FORMATS.find((one) => one === asked);
  if (format === undefined) {
    const name = printable(asked);
    const meant = nearest(asked, FORMATS);
    if (asked === "pcap" || asked === "pcapng") throw noPackets(asked);
    throw usageError(
      asked,
      text(
        `There is no format ${name}.${meant === null ? "" : ` Did you mean ${meant}?`} There are: ${FORMATS.join(", ")}.`,
        `没有 ${name} 这种格式。${meant === null ? "" : `是不是 ${meant}？`}可用的有：${FORMATS.join("、")}。`,
      ),
    );
  }
  if (options.json === true && format !== "json") {
    throw usageError(asked, text(`--json and -f ${asked} exclude each other.`, `--json 与 -f ${asked} 不能同时使用。`));
  }
  return format;
}

// A report knows what was in the packets it explains, and no longer their bytes.
function noPackets(asked: string): ProblemError {
  const list = [FORMATS.join(", "), FORMATS.join("、")];
  return usageError(
    asked,
    text(
      `A report holds no packets, so there is no format ${asked}; -w FILE of pktwhy run and watch keeps them. There are: ${list[0]}.`,
      `报告里没有报文本身，因此没有 ${asked} 这种格式；要保存报文，请用 pktwhy run 或 watch 的 -w 文件。可用的有：${list[1]}。`,
    ),
  );
}

/** What is to be told: as it is, or with --redact without addresses. */
export async function shareable(
  options: ReportOptions,
  report: Report | null,
  problems: readonly Problem[],
): Promise<Pick<Redacted, "report" | "problems" | "words">> {
  if (options.redact !== true) return { report, problems, words: (words) => words };
  const { redacted } = await import("../model/redact.ts");
  return redacted(report, problems);
}

/** Throws a usage error where --expect names a code that no cause has. */
export async function checkExpected(code: string | undefined): Promise<void> {
  if (code === undefined) return;
  const { knownCodes } = await import("../causes/codes.ts");
  if (knownCodes.includes(code)) return;
  const meant = nearest(code, knownCodes);
  throw usageError(
    code,
    text(
      `No cause has the code ${code}.${meant === null ? "" : ` Did you mean ${meant}?`} pktwhy causes lists them.`,
      `没有代码为 ${code} 的原因。${meant === null ? "" : `是不是 ${meant}？`}pktwhy causes 会列出全部代码。`,
    ),
  );
}

/** Writes a report in one language. */
export type Writer = (
  report: Report,
  language: Language,
  options: ReportOptions & { readonly predicted?: boolean },
) => string;

/** The writer of a format, loaded: whoever gives up rights before it writes asks for it before. */
export async function writerOf(format: Format): Promise<Writer> {
  const version = packageVersion();
  if (format === "json" || format === "jsonl") {
    const { renderJson, renderJsonLines } = await import("../render/json.ts");
    return (report, language) => (format === "json" ? renderJson : renderJsonLines)(report, { language, version });
  }
  const { causeByCode } = await import("../causes/registry.ts");
  const titleOf = (code: string) => causeByCode(code)?.title;
  if (format === "text") {
    const { renderText } = await import("../render/text.ts");
    return (report, language, { color, verbose = false, quiet = false, predicted = false, output }) => {
      const looks = textOptions(process.stdout, language, { color, verbose, quiet, file: output !== undefined });
      return renderText(report, { ...looks, titleOf, predicted });
    };
  }
  const render =
    format === "md"
      ? (await import("../render/markdown.ts")).renderMarkdown
      : format === "html"
        ? (await import("../render/html.ts")).renderHtml
        : (await import("../render/mermaid.ts")).renderMermaid;
  return (report, language, { verbose = false, predicted = false }) =>
    render(report, { language, verbose, version, predicted, titleOf });
}

/** The report in the format and language asked for. */
export async function wordsOf(
  report: Report,
  format: Format,
  language: Language,
  options: ReportOptions & { readonly predicted?: boolean },
): Promise<string> {
  return (await writerOf(format))(report, language, options);
}
