// pktwhy diff: which change between two states or bundles decides how a ping ends; nothing is sent.

import { type Command, Option } from "commander";
import { packageVersion } from "../case/package-root.ts";
import { usageError } from "../case/usage-error.ts";
import type { Difference } from "../model/difference.ts";
import { type Language, text } from "../model/text.ts";
import { type AskedOptions, addAskedOptions, attemptIn, questionOf } from "./asked-attempt.ts";
import type { Say } from "./language.ts";
import { PAGE_FORMAT, PAGE_REDACT, type PageFormat, pageFormatOf } from "./page-format.ts";
import { checkExpected } from "./report-options.ts";
import { deliver, looksOf, refuseOverwriting } from "./terminal.ts";

interface DiffOptions extends AskedOptions {
  readonly json?: boolean;
  readonly format?: string;
  readonly output?: string;
  readonly expect?: string;
  readonly redact?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Adds the command. */
export function addDiff(program: Command, say: Say, language: Language): void {
  const command = program
    .command("diff")
    .summary(say(text("which change between two states made a ping fail", "两份状态之间的哪处改动使 ping 失败")))
    .description(
      say(
        text(
          "Compares two states or bundles by one ping, and names the change that decides, proven by making each change alone. Exit status: 0 it ends alike by both, 1 it does not or that cannot be told, 2 bad usage or nothing readable.",
          "用同一个 ping 比较两份状态或两次运行的记录，逐一验证每处改动，指出起决定作用的那一处。退出状态：0 两边结果相同，1 结果不同或无法判断，2 用法错误或无法读取。",
        ),
      ),
    )
    .argument("<good>", say(text("state file or bundle by which it is answered", "有应答时的状态文件或记录目录")))
    .argument("<bad>", say(text("state file or bundle by which it fails", "失败时的状态文件或记录目录")))
    .argument("[address]", say(text("IPv4 address, where no bundle says it", "IPv4 地址（记录中没有时给出）")));
  addAskedOptions(command, say)
    .option("--json", say(text("print JSON, the same as -f json", "输出 JSON，等同于 -f json")))
    .option("-f, --format <format>", say(PAGE_FORMAT))
    .option(
      "--expect <code>",
      say(text("exit 0 if the second fails by this cause, else 3", "第二份状态因该原因失败则退出状态为 0，否则为 3")),
    )
    .option("--redact", say(PAGE_REDACT))
    .option("-o, --output <file>", say(text("write it to a file", "写入文件")))
    .option("-v, --verbose", say(text("all differences", "显示全部差别")))
    .option("-q, --quiet", say(text("only the change that decides", "只显示起决定作用的改动")))
    .addOption(new Option("-n").hideHelp())
    .action(async (good: string, bad: string, address: string | undefined) => {
      await diff([good, bad], address, command.optsWithGlobals<DiffOptions>(), language);
    });
}

async function diff(
  paths: readonly [string, string],
  address: string | undefined,
  options: DiffOptions,
  language: Language,
): Promise<void> {
  const format = pageFormatOf(options);
  await checkExpected(options.expect);
  const question = address === undefined ? null : questionOf(address, options);
  if (question === null) refuseWithoutAddress(options);
  refuseOverwriting(options.output, paths);
  const { differenceOfCases } = await import("../case/difference-of-cases.ts");
  const difference = await differenceOfCases(paths, ({ state }) =>
    question === null ? null : attemptIn(state, question, options.netns),
  );
  process.exitCode = statusOf(difference, options.expect);
  await deliver(await wordsOf(difference, format, language, options), options.output);
}

async function wordsOf(
  found: Difference,
  format: PageFormat,
  language: Language,
  options: DiffOptions,
): Promise<string> {
  const difference = options.redact === true ? (await import("../model/redact.ts")).redactedDifference(found) : found;
  const version = packageVersion();
  if (format === "md" || format === "html") {
    const { differenceHtml, differenceMarkdown } = await import("../render/difference-page.ts");
    const page = format === "md" ? differenceMarkdown : differenceHtml;
    return page(difference, { language, version });
  }
  const { renderDifference, differenceJson } = await import("../render/difference.ts");
  return format === "json"
    ? differenceJson(difference, { language, version })
    : renderDifference(difference, looksOf(language, { ...options, file: options.output !== undefined }));
}

function statusOf({ result, second }: Difference, expected: string | undefined): 0 | 1 | 3 {
  if (expected !== undefined) return second.code === expected ? 0 : 3;
  return result.kind === "alike" ? 0 : 1;
}

// An option without an address would be ignored without a word.
function refuseWithoutAddress({ tcp, udp, interface: from, netns }: DiffOptions): void {
  if ([tcp, udp, from, netns].every((one) => one === undefined)) return;
  throw usageError(
    "address",
    text(
      "These options belong to an address: pktwhy diff GOOD BAD 192.168.2.1 --tcp 80",
      "这些选项需要与地址一起使用：pktwhy diff GOOD BAD 192.168.2.1 --tcp 80",
    ),
  );
}
