// How a report is to be told: its format and what else was asked for, and the writer that turns it into words.

import { nearest } from "../model/nearest.ts";
import type { Problem, ProblemError } from "../model/problem.ts";
import type { Redacted } from "../model/redact.ts";
import type { Report } from "../model/report.ts";
import { type Language, printable, text } from "../model/text.ts";
import type { TextOptions } from "../render/page.ts";
import { packageVersion } from "./package-root.ts";
import { usageError } from "./usage-error.ts";

/** The formats of a report, the default first. */
export const FORMATS = ["text", "json", "jsonl", "md", "html", "mermaid", "pcapng", "parquet"] as const;
/** One of them. */
export type Format = (typeof FORMATS)[number];
/** Those that are words: a capture needs the packets that the report is about, and tables are several files. */
export type WordsFormat = Exclude<Format, "pcapng" | "parquet">;

/** What the shared options were set to. */
export interface ReportOptions {
  readonly json?: boolean;
  readonly format?: string;
  readonly output?: string;
  readonly expect?: string;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly redact?: boolean;
  readonly why?: boolean;
  readonly color: boolean;
}

/** The format asked for; throws a usage error for one that does not exist. */
export function formatOf(options: ReportOptions): Format {
  const asked = options.format;
  if (asked === undefined) return options.json === true ? "json" : "text";
  const format = FORMATS.find((one) => one === asked);
  if (format === undefined) {
    const name = printable(asked);
    const meant = nearest(asked, FORMATS);
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

/** The same where there are no packets that could be written with their comments. */
export function wordsFormatOf(options: ReportOptions): WordsFormat {
  const format = formatOf(options);
  if (format === "pcapng") throw noPackets();
  if (format === "parquet") throw noTables();
  return format;
}

function noTables(): ProblemError {
  return usageError(
    "parquet",
    text(
      "-f parquet is for what was captured: pktwhy explain and pktwhy run write it.",
      "-f parquet 用于抓包的结果：由 pktwhy explain 和 pktwhy run 写出。",
    ),
  );
}

/** Says that what is told has no packets, or none that can be read a second time. */
export function noPackets(): ProblemError {
  return usageError(
    "pcapng",
    text(
      "-f pcapng writes the packets of captures with comments: pktwhy explain FILE… and run have them; a forecast, pasted text and standard input have none that can be read again.",
      "-f pcapng 会写出抓包中的报文并附上注释，只适用于 pktwhy explain 文件… 和 run；推算、粘贴的文本和标准输入没有可供再次读取的报文。",
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

/** How text is to look where it goes, given what was asked for. */
export type LooksOf = (
  language: Language,
  options: { readonly color: boolean; readonly verbose?: boolean; readonly quiet?: boolean; readonly file?: boolean },
) => TextOptions;

/** Writes a report in one language. */
export type Writer = (
  report: Report,
  language: Language,
  options: ReportOptions & { readonly predicted?: boolean },
) => string;

/** The writer of a format, loaded: whoever gives up rights before it writes asks for it before. */
export async function writerOf(format: WordsFormat, looksOf: LooksOf): Promise<Writer> {
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
      const looks = looksOf(language, { color, verbose, quiet, file: output !== undefined });
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
