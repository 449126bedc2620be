// pktwhy audit: all pairs of a state without a packet, and the fewest faults that explain those that fail.

import { type Command, Option } from "commander";
import { packageVersion } from "../case/package-root.ts";
import { rowSource } from "../live/row-source.ts";
import type { Audit } from "../model/audit.ts";
import { type Language, text } from "../model/text.ts";
import type { Transport } from "../model/transport.ts";
import { type AskedOptions, transportOf } from "./asked-attempt.ts";
import type { Say } from "./language.ts";
import { PAGE_FORMAT, PAGE_REDACT, type PageFormat, pageFormatOf } from "./page-format.ts";
import { checkExpected, OTLP } from "./report-options.ts";
import { deliver, looksOf, refuseOverwriting, tell } from "./terminal.ts";

interface AuditOptions extends Pick<AskedOptions, "tcp" | "udp"> {
  readonly json?: boolean;
  readonly format?: string;
  readonly output?: string;
  readonly expect?: string;
  readonly otlp?: string;
  readonly redact?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Adds the command. */
export function addAudit(program: Command, say: Say, language: Language): void {
  const command = program
    .command("audit")
    .summary(
      say(
        text(
          "every pair of hosts in a state, and the faults that explain what fails",
          "状态里的所有主机对，以及解释其失败的故障",
        ),
      ),
    )
    .description(
      say(
        text(
          "Walks from every host of a state to every address of it, without sending anything, and names the fewest faults that explain all pairs that fail, each with a fix that is proven. Exit status: 0 nothing is wrong, 1 there are faults, 2 bad usage or nothing readable.",
          "推算状态里每台主机到每个地址的路径，不发送任何报文，并找出能解释所有失败的最少几处故障，各附验证过的修复方法。退出状态：0 没有问题，1 有故障，2 用法错误或无法读取。",
        ),
      ),
    )
    .argument(
      "[state]",
      say(text("state file or bundle; without it this machine's own state", "状态文件或记录目录；不给则读取本机状态")),
    )
    .option(
      "--tcp <port>",
      say(text("TCP connections to this port instead of pings", "不是 ping，而是连接这个 TCP 端口")),
    )
    .option(
      "--udp <port>",
      say(text("questions to this UDP port instead of pings", "不是 ping，而是询问这个 UDP 端口")),
    )
    .option("--json", say(text("print JSON, the same as -f json", "输出 JSON，等同于 -f json")))
    .option("-f, --format <format>", say(PAGE_FORMAT))
    .option("-o, --output <file>", say(text("write the report to a file", "把报告写入文件")))
    .option(
      "--expect <code>",
      say(text("exit 0 if this cause is among the faults, else 3", "该原因在故障之列则退出状态为 0，否则为 3")),
    )
    .option("--redact", say(PAGE_REDACT))
    .option("--otlp <url>", say(OTLP))
    .option("-v, --verbose", say(text("all faults and all that stands out", "显示全部故障和其他情况")))
    .option("-q, --quiet", say(text("only the faults", "只显示故障")))
    .addOption(new Option("-n").hideHelp());
  command.action(async (path: string | undefined) => {
    await audit(path, command.optsWithGlobals<AuditOptions>(), language);
  });
}

async function audit(path: string | undefined, options: AuditOptions, language: Language): Promise<void> {
  const format = pageFormatOf(options);
  const transport = transportOf(options);
  await checkExpected(options.expect);
  const collector = options.otlp === undefined ? null : (await import("./otlp.ts")).collectorOf(options.otlp);
  refuseOverwriting(options.output, [path ?? null]);
  const found = await auditedAt(path, transport);
  const audited = options.redact === true ? (await import("../model/redact.ts")).redactedAudit(found) : found;
  process.exitCode = statusOf(audited, options.expect);
  await deliver(await wordsOf(audited, format, language, options), options.output);
  if (collector === null) return;
  const { auditRows } = await import("../render/export/rows.ts");
  const { sendFindings } = await import("./otlp.ts");
  const fault = await sendFindings(auditRows(audited, rowSource(audited.name)), collector);
  tell(fault === null ? [] : [fault], language);
}

async function wordsOf(audited: Audit, format: PageFormat, language: Language, options: AuditOptions): Promise<string> {
  const version = packageVersion();
  if (format === "md" || format === "html") {
    const { auditHtml, auditMarkdown } = await import("../render/audit-page.ts");
    const page = format === "md" ? auditMarkdown : auditHtml;
    return page(audited, { language, version });
  }
  const { renderAudit, auditJson } = await import("../render/audit.ts");
  return format === "json"
    ? auditJson(audited, { language, version })
    : renderAudit(audited, looksOf(language, { ...options, file: options.output !== undefined }));
}

async function auditedAt(path: string | undefined, transport: Transport | null): Promise<Audit> {
  const { auditOfCase, auditOfState } = await import("../case/audit-of-case.ts");
  if (path !== undefined) return auditOfCase(path, transport);
  const { stateOf } = await import("./predict.ts");
  const { state } = await stateOf(undefined);
  return auditOfState("this machine", state, transport);
}

// Where there was no pair to ask, nothing is known to be well.
function statusOf({ faults, unmended, counts }: Audit, expected: string | undefined): 0 | 1 | 3 {
  const codes = [
    ...faults.flatMap(({ finding, alsoAs }) => [finding.code, ...alsoAs]),
    ...unmended.map(({ finding }) => finding.code),
  ];
  if (expected !== undefined) return codes.some((code) => code === expected) ? 0 : 3;
  return codes.length === 0 && counts.pairs > 0 ? 0 : 1;
}
